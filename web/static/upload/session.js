// Whether somebody is still signed in, and the token that their forms carry: both may change while a large file travels.

const EVERY = 5_000; // milliseconds between two looks while nobody is signed in

export class Session {
  constructor(form) {
    this.field = form.querySelector('input[name="csrf_token"]');
    this.waiting = [];
    this.timer = null;
    for (const [target, name] of [[window, "focus"], [document, "visibilitychange"]]) {
      target.addEventListener(name, () => this.waiting.length && this.look());
    }
  }

  get token() {
    return this.field?.value ?? "";
  }

  // Asks this very page for its token: "same", "renewed" (every form here has the new one now), "out", or "away".
  async refresh() {
    let answer;
    try {
      answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-store" });
    } catch {
      return "away";
    }
    if (answer.status >= 500) return "away";
    if (!answer.ok || answer.redirected) return "out";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector('form[data-upload] input[name="csrf_token"]')?.value;
    if (!fresh) return "out";
    if (fresh === this.token) return "same";
    for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = fresh;
    return "renewed";
  }

  // Resolves when somebody is signed in here again, in this tab or in another.
  restored() {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.timer ??= setInterval(() => this.look(), EVERY);
    });
  }

  async look() {
    if (!["same", "renewed"].includes(await this.refresh())) return;
    clearInterval(this.timer);
    this.timer = null;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
