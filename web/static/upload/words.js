// Sentences, sizes and remaining times in the page's language. No word stands here: all come from <template data-words>.

const RATE_WINDOW = 12_000; // milliseconds over which a speed is measured

export class Words {
  constructor(template) {
    const places = template.content.querySelectorAll("[data-word]");
    this.sentences = Object.fromEntries(Array.from(places, (place) => [place.dataset.word, place.textContent]));
    this.units = this.sentences.units.split(" ");
  }

  say(name, values = {}) {
    const said = this.sentences[name].replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
    return said.replaceAll(" %", "\u00a0%");
  }

  // One sentence for one, another for several: "name-one" and "name-many", as the page has them.
  count(name, n, values = {}) {
    const one = document.documentElement.lang === "fr" ? n < 2 : n === 1;
    return this.say(`${name}-${one ? "one" : "many"}`, { n, ...values });
  }

  size(octets) {
    let value = octets;
    let unit = 0;
    while (value >= 999.5 && unit < this.units.length - 1) {
      value /= 1000;
      unit += 1;
    }
    const digits = unit > 0 && value < 99.95 ? 1 : 0;
    const shown = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }).format(value);
    return `${shown}\u00a0${this.units[unit]}`;
  }

  left(seconds) {
    if (seconds === null) return this.say("left-unknown");
    if (seconds < 90) return this.say("left-seconds", { n: Math.max(1, Math.ceil(seconds)) });
    if (seconds < 5400) return this.say("left-minutes", { n: Math.ceil(seconds / 60) });
    return this.say("left-hours", { n: Math.ceil(seconds / 3600) });
  }
}

// How fast something has grown of late, and so how long the rest takes.
export class Pace {
  constructor() {
    this.samples = [];
  }

  note(done) {
    const now = performance.now();
    this.samples.push([now, done]);
    while (this.samples.length > 2 && now - this.samples[0][0] > RATE_WINDOW) this.samples.shift();
  }

  secondsFor(rest) {
    if (this.samples.length < 2) return null;
    const [since, before] = this.samples[0];
    const [now, done] = this.samples.at(-1);
    const rate = now - since > 800 ? (done - before) / (now - since) : 0;
    return rate > 0 ? rest / rate / 1000 : null;
  }
}

export function percentOf(done, whole) {
  return Math.floor((100 * done) / Math.max(whole, 1));
}
