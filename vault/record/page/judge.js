// Judging proofs: inclusion, time and signature, each on its own; the words are those of `entente verify`.
import { ProofRefused, StampRefused, equal, hex, momentWords, toBase64, utf8 } from "./bytes.js";
import { sha256 } from "../static/vendor/noble-hashes-2.4.0/sha2.js";
import { forked } from "./checkpoint.js";
import { checkInclusion, checkProofSignature, checkRenewal } from "./receipt.js";
import { checkToken } from "./token.js";

export const holds = (en, fr) => ({ status: "holds", en, fr });
export const fails = (en, fr) => ({ status: "fails", en, fr });
export const notClaimed = (en, fr) => ({ status: "not claimed", en, fr });

const NONE = ["No independent time stamp.", "Aucun horodatage indépendant."];
export const inEnglish = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
export const inFrench = (count, noun) => `${count.toLocaleString("fr")} ${noun}${count > 1 ? "s" : ""}`;

/** Whether all that is claimed holds: bytes, inclusion and signature hold, and time does not fail. */
export const allHolds = ({ bytes, inclusion, time, signature }) =>
  [bytes, inclusion, signature].every((verdict) => verdict.status === "holds") && time.status !== "fails";

export function judgeInclusion(proofs) {
  for (const proof of proofs) {
    try {
      if (proof.complete) checkInclusion(proof);
      else proof.batchLeaf();
    } catch (error) {
      if (!(error instanceof ProofRefused)) throw error;
      if (proof.complete) return fails(error.english, `la preuve d’inscription ne tient pas (${error.french})`);
      return notClaimed(
        "this receipt is incomplete: it was made before the log's next checkpoint; ask for it again",
        "ce reçu est incomplet : il précède le prochain point de contrôle du registre ; redemandez-le",
      );
    }
  }
  const heads = proofs.map((proof) => proof.log.checkpoint);
  const bySize = new Map();
  for (const head of heads) {
    if (!bySize.has(head.size)) bySize.set(head.size, head);
    if (forked(head, bySize.get(head.size)) || head.origin !== heads[0].origin) {
      return fails(
        "two checkpoints of one size differ: the log was forked",
        "deux points de contrôle de même taille diffèrent : le registre a été dédoublé",
      );
    }
  }
  const last = heads.at(-1);
  return holds(
    `in the log ${last.origin}, at size ${last.size}: ${inEnglish(proofs.length, "event")}`,
    `au registre ${last.origin}, à la taille ${last.size} : ${inFrench(proofs.length, "événement")}`,
  );
}

export async function judgeSignature(proofs, trust) {
  const keys = new Map();
  const trusted = trust.keys.map((key) => key.text);
  for (const { log } of proofs) {
    if (log === null) return notClaimed("nothing is signed yet", "rien n’est encore signé");
    keys.set(log.key.text, log.key);
    if (trusted.length && !trusted.includes(log.key.text)) {
      return fails(
        `signed by another key than the trusted one (fingerprint ${log.key.fingerprint})`,
        `signé par une autre clé que celle de confiance (empreinte ${log.key.fingerprint})`,
      );
    }
  }
  for (const proof of proofs) {
    try {
      await checkProofSignature(proof);
    } catch (error) {
      if (!(error instanceof ProofRefused)) throw error;
      return fails(error.english, `la signature ne tient pas (${error.french})`);
    }
  }
  if (trusted.length) return holds("signed by the trusted key", "signé par la clé de confiance");
  const prints = [...keys.values()].map((key) => key.fingerprint).join(", ");
  return holds(
    `signed by the key enclosed; compare its fingerprint with the centre's published one: ${prints}`,
    `signé par la clé jointe ; comparez son empreinte à celle que publie le centre : ${prints}`,
  );
}

/** The last proof is the one that counts: what earlier events bear says nothing about it. */
export async function judgeTime(proofs, trust) {
  const said = [];
  const lapsed = [];
  const seen = new Set();
  let independent = false;
  const last = proofs.at(-1);
  for (const proof of proofs) {
    for (const stamp of proof.stamps) {
      const checkpoint = proof.log.checkpoint.text;
      const key = `${checkpoint}${toBase64(stamp.token)}`;
      if (proof !== last && seen.has(key)) continue;
      seen.add(key);
      try {
        const facts = await factsOf(stamp, checkpoint, trust);
        if (proof === last && (await ends(facts, stamp, checkpoint, trust)) < trust.now) {
          lapsed.push(stamp.authority);
        } else if (proof === last) {
          independent ||= stamp.independent;
          said.push(stampWords(stamp, facts, trust.roots.some((root) => equal(root, facts.root))));
        }
      } catch (error) {
        if (!(error instanceof StampRefused)) throw error;
        return fails(`${stamp.authority}: ${error.english}`, `${stamp.authority} : l’horodatage ne tient pas (${error.french})`);
      }
    }
  }
  if (said.length === 0 && lapsed.length) {
    return notClaimed(
      `the certificate of ${lapsed.join(", ")} has ended since, and no later time stamp renews this one; ask the centre for the receipt anew`,
      `le certificat de ${lapsed.join(", ")} a expiré depuis, et aucun horodatage ultérieur ne renouvelle celui-ci ; redemandez le reçu au centre`,
    );
  }
  if (said.length === 0 && seen.size) {
    return notClaimed(
      `${NONE[0]} Events before it bear one, the sealing itself does not.`,
      `${NONE[1]} Des événements antérieurs en portent un, le scellement lui-même non.`,
    );
  }
  if (said.length === 0) return notClaimed(...NONE);
  const end = independent ? ["", ""] : [` ${NONE[0]}`, ` ${NONE[1]}`];
  return holds(`${said.map(([en]) => en).join("; ")}.${end[0]}`, `${said.map(([, fr]) => fr).join(" ; ")}.${end[1]}`);
}

/** Verifies one token; with trusted roots no other is taken. */
const factsOf = (stamp, checkpoint, trust) =>
  checkToken(stamp.token, utf8(checkpoint), trust.roots.length ? trust.roots : [stamp.root]);

/**
 * Until when (milliseconds) a token can be relied upon: its certificates' end, or that of the renewals that hold. Each
 * renewal must have been made before the one before it ended, over a checkpoint signed by the log's key.
 */
async function ends(facts, stamp, checkpoint, trust) {
  const trusted = trust.keys.map((key) => key.text);
  let { until } = facts;
  let message = checkpoint;
  let before = stamp;
  for (const { batch, log, stamp: after } of stamp.renewals) {
    try {
      await checkRenewal({ batch, log }, message, before.token);
      const later = await factsOf(after, log.checkpoint.text, trust);
      if (later.time > until || (trusted.length && !trusted.includes(log.key.text))) break;
      until = Math.max(until, later.until);
    } catch (error) {
      if (!(error instanceof ProofRefused || error instanceof StampRefused)) throw error;
      break;
    }
    message = log.checkpoint.text;
    before = after;
  }
  return until;
}

function stampWords(stamp, { time, root }, trusted) {
  const [english, french] = momentWords(time);
  const kind = stamp.independent ? ["said to be independent", "dite indépendante"] : ["NOT independent", "NON indépendante"];
  const print = hex(sha256(root));
  const under = trusted
    ? ["under a trusted root", "sous une racine de confiance"]
    : [`under the root enclosed; compare its fingerprint: ${print}`, `sous la racine jointe ; comparez son empreinte : ${print}`];
  return [
    `existed by ${english}, says ${stamp.authority} (${kind[0]}), ${under[0]}`,
    `existait au plus tard le ${french}, selon ${stamp.authority} (${kind[1]}), ${under[1]}`,
  ];
}
