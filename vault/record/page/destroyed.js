// A certificate of destruction given by itself: its receipt and what it states are both inside.
import { sha256 } from "../static/vendor/noble-hashes-2.4.0/sha2.js";
import { ProofRefused, hex } from "./bytes.js";
import { fails, holds, notClaimed } from "./judge.js";
import { valuesUnder } from "./json.js";
import { attachedProofs, looksLikePdf, statedDestruction } from "./pdf.js";
import { readProof } from "./receipt.js";

/** A certificate's receipt (`proof`) and the verdict on what it states (`bytes`); null of any other file. */
export async function certificateOf(blob) {
  const [found] = (await looksLikePdf(blob)) ? await attachedProofs(blob) : [];
  if (found === undefined) return null;
  try {
    const proof = readProof(found);
    return proof.kind === "receipt" && proof.event.event === "Destroyed" ? { proof, bytes: judge(proof, await statedDestruction(blob)) } : null;
  } catch (error) {
    if (!(error instanceof ProofRefused)) throw error;
    return null;
  }
}

function judge(proof, stated) {
  if (stated === null) {
    return notClaimed(
      "this is a certificate of destruction; to check what it states, give destruction.json with it",
      "ceci est un certificat de destruction ; pour vérifier ce qu’il déclare, donnez avec lui destruction.json",
    );
  }
  const digest = hex(sha256(stated));
  if (!valuesUnder(proof.event, "sha256").includes(digest)) {
    return fails(
      `this is a certificate of destruction, but what is attached to it is not what was recorded (it has SHA-256 ${digest})`,
      `ceci est un certificat de destruction, mais ce qui y est joint n’est pas ce qui a été inscrit (empreinte SHA-256 ${digest})`,
    );
  }
  return holds(
    `this is a certificate of destruction: the statement attached to it is the one recorded (SHA-256 ${digest})`,
    `ceci est un certificat de destruction : la déclaration qui y est jointe est celle qui a été inscrite (empreinte SHA-256 ${digest})`,
  );
}
