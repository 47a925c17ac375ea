import type { Ground, MapDay } from "./api";
import { fill, h } from "./dom";
import { S } from "./strings";
import { go, state } from "./state";
import { toIso, toNumber } from "./time";

/** Four questions answered on the ledger at hand: who holds it, who says so, what changed, what if. */
export function tour(ground: Ground, day: MapDay, end: () => void): HTMLElement {
  const on = state().on, told = day.holder.map((k, i) => (k >= 0 && "c1".includes(day.basis[i]) ? i : -1)).filter((i) => i >= 0);
  const place = told.sort((a, b) => ground.places[b][4] - ground.places[a][4])[0], side = place === undefined ? null : day.sides[day.holder[place]];
  const steps = [
    { view: "map", sel: "", cmp: "", on },
    { view: "map", sel: place === undefined ? "" : ground.places[place][0], cmp: "", on },
    { view: "map", sel: "", cmp: toIso(toNumber(on) - 60), on },
    { view: "network", sel: side ? `actor:${side.id.split("+")[0]}` : "", cmp: "", on },
  ];
  const card = h("section", { class: "tour", role: "region", "aria-label": S.tour, tabindex: "-1" });
  let at = 0;
  const close = (): void => {
    localStorage.setItem("tour", "seen");
    card.remove();
    go({ cmp: "" });
    end();
  };
  const show = (): void => {
    go(steps[at]);
    const [head, text] = S.tourSteps[at];
    fill(card, h("p", { class: "quiet" }, `${at + 1} / ${steps.length}`), h("h2", {}, head), h("p", {}, text),
      h("p", { class: "steps" }, at ? h("button", { type: "button", onclick: () => (at--, show()) }, S.back) : null, h("button", { type: "button", class: "main", onclick: () => (at < steps.length - 1 ? (at++, show()) : close()) }, at < steps.length - 1 ? S.next : S.tourEnd), h("button", { type: "button", class: "link", onclick: close }, S.close)));
    card.focus({ preventScroll: true });
  };
  card.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    e.stopPropagation();
    close();
  });
  queueMicrotask(show);
  return card;
}
