from tests.browser.acts import door


async def test_the_essential_path_works_with_scripts_off(plain):
    claimant, respondent = plain["plain claimant"], plain["plain respondent"]
    dispute = plain.rooms["plain dispute"]
    await respondent.cannot_reach(plain.rooms["plain private"], plain.rooms["plain caucus"])
    await claimant.goto(plain.rooms["plain joint"])
    await claimant.sees("C-1")
    await claimant.goto(dispute)
    await door.sign_out(claimant)
    await claimant.goto(dispute)
    await claimant.reads("No account yet?")
    await door.fill_in_sign_in(claimant)
    assert claimant.path == dispute, "whoever signs in comes back to the page that was asked for"
