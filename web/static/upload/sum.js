// All files together: how many are received, how much is left, which ones need a person; and one line for the ear.
import { Pace, percentOf } from "./words.js";

const FEW = 6; // files up to which each keeps its line before the eyes
const HUSH = 8_000; // milliseconds between two announcements while many files come in
const OVER = ["done", "asked", "failed", "differs", "cancelled"];
const TROUBLED = ["failed", "differs", "signed-out"];

export class Sum {
  constructor(element, desk) {
    Object.assign(this, { element, desk, pace: new Pace(), said: 0, drawn: 0 });
    this.status = desk.form.querySelector(".upload-status");
    this.bar = element.querySelector("progress");
    this.told = element.querySelector(".upload-sum-words");
    this.all = element.querySelector("[data-show-all]");
    this.pause = element.querySelector("[data-pause-all]");
    this.resume = element.querySelector("[data-resume-all]");
    this.pause.addEventListener("click", () => desk.pauseAll());
    this.resume.addEventListener("click", () => desk.resumeAll());
    this.all.addEventListener("click", () => this.unfold());
  }

  get counted() {
    return this.desk.transfers.filter(({ state }) => state !== "cancelled");
  }

  get octets() {
    const sending = this.counted.filter(({ state }) => !["failed", "differs"].includes(state));
    return [sending.reduce((sum, each) => sum + each.sent, 0), sending.reduce((sum, each) => sum + each.size, 0)];
  }

  secondsFor(rest) {
    const [sent, whole] = this.octets;
    const seconds = this.pace.secondsFor(whole - sent);
    const moving = this.desk.transfers.filter(({ state }) => state === "sending").length;
    return seconds === null ? null : Math.min(seconds, this.pace.secondsFor(rest * Math.max(1, moving)) ?? seconds);
  }

  // What was safe before counts for nothing in the speed.
  begin() {
    this.pace = new Pace();
  }

  moved() {
    this.pace.note(this.octets[0]);
    if (performance.now() - this.drawn > 250) this.tell();
  }

  tell() {
    this.drawn = performance.now();
    const { transfers, words, list } = this.desk;
    const counted = this.counted;
    const [sent, whole] = this.octets;
    const done = counted.filter(({ state }) => ["done", "asked"].includes(state)).length;
    const open = transfers.filter(({ state }) => !OVER.includes(state));
    const troubled = transfers.filter(({ state }) => TROUBLED.includes(state)).length;
    this.element.hidden = transfers.length < 2;
    this.status.classList.toggle("visually-hidden", !this.element.hidden); // the same is before the eyes already
    this.bar.hidden = !open.length;
    [this.bar.max, this.bar.value] = [1, sent / Math.max(whole, 1)];
    const values = { done, total: counted.length, sent: words.size(sent), whole: words.size(whole) };
    const moving = transfers.some(({ state }) => state === "sending");
    const left = moving ? words.left(this.pace.secondsFor(whole - sent)) : "";
    const sentences = [words.say("done", values)];
    if (open.length) sentences.push(words.say(left ? "sum-left" : "sum", { ...values, percent: percentOf(sent, whole), left }));
    if (troubled) sentences.push(words.count("troubled", troubled));
    this.told.textContent = sentences.join(" ");
    this.pause.hidden = !open.some(({ state }) => ["waiting", "sending", "offline"].includes(state));
    this.resume.hidden = !open.some(({ state }) => state === "paused");
    this.all.hidden = transfers.length <= FEW;
    this.all.textContent = words.say(list.hasAttribute("data-unfolded") ? "fold" : "unfold", { n: transfers.length });
    list.toggleAttribute("data-many", transfers.length > FEW);
  }

  unfold() {
    const unfolded = this.desk.list.toggleAttribute("data-unfolded");
    this.all.setAttribute("aria-expanded", String(unfolded));
    this.tell();
  }

  // One file came to its end: told at once where there are few, else from time to time, a trouble always.
  ended({ name, state, row }) {
    const { transfers, words } = this.desk;
    const counted = this.counted;
    const done = counted.filter((each) => ["done", "asked"].includes(each.state)).length;
    const rest = transfers.some((each) => !OVER.includes(each.state));
    const quiet = transfers.length > FEW && rest && state === "done" && performance.now() - this.said < HUSH;
    if (quiet) return;
    this.said = performance.now();
    const heard = document.createElement("span");
    heard.className = "visually-hidden";
    heard.textContent = `${name}: ${row.told.textContent} `;
    this.status.replaceChildren(heard, words.say("done", { done, total: counted.length }));
  }
}
