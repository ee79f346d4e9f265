"use strict";
// Language, printing, filters, and the way between the record and the words of the reports. The page reads well without it.
(() => {
  const root = document.documentElement;
  const card = document.getElementById("card");
  const back = document.getElementById("back");
  const marks = [...document.querySelectorAll("mark[id]")];
  const sought = (id) => document.getElementById(id);
  const language = () => (root.lang === "en" ? "en" : "fr");
  const words = { record: { fr: "Dans le dossier :", en: "In the record:" }, unused: { fr: "non repris dans le dossier", en: "not used in the record" } };
  let origin = null;

  function speak() {
    for (const title of document.querySelectorAll("title[data-fr]")) title.textContent = title.dataset[language()];
  }
  document.getElementById("language").addEventListener("click", () => {
    root.lang = language() === "fr" ? "en" : "fr";
    speak();
    card.hidden = true;
  });
  document.getElementById("print").addEventListener("click", () => window.print());
  for (const button of document.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => {
      for (const box of document.querySelectorAll(".legend input")) box.checked = button.dataset.show === "all";
    });
  }

  const isShown = (mark) => {
    const kind = [...mark.classList].find((name) => name.startsWith("k-")).slice(2);
    return sought("show-" + kind)?.checked ?? true;
  };
  // The places of the record that lead to a fact's words.
  const places = (id) =>
    [...document.querySelectorAll(".record a")].filter((link) => link.getAttribute("href") === "#" + id);
  const heading = (link) => {
    const title = link.closest("section")?.querySelector("h2, h3");
    return title ? title.innerText : "";
  };
  const visible = (node) => (node.innerText ?? node.querySelector("title")?.textContent ?? node.textContent).split("\n")[0].trim();

  function mark(id) {
    for (const old of document.querySelectorAll("mark.hit")) old.classList.remove("hit");
    for (const piece of document.querySelectorAll(`mark[data-f="${CSS.escape(id)}"]`)) piece.classList.add("hit");
    const first = sought(id);
    if (!first) return;
    for (const other of marks) other.tabIndex = -1;
    first.tabIndex = 0;
  }
  function explain(ids) {
    card.replaceChildren();
    for (const id of ids) {
      const name = document.createElement("b");
      name.textContent = sought(id)?.dataset[language()] ?? "";
      card.append(name);
      const found = places(id);
      const list = document.createElement("ul");
      const seen = new Set();
      for (const place of found) {
        const said = [heading(place), visible(place)].filter(Boolean).join(" · ");
        if (seen.has(said)) continue;
        seen.add(said);
        const link = document.createElement("a");
        link.href = "#" + id;
        link.textContent = said;
        link.addEventListener("click", (event) => { event.preventDefault(); show(place, sought(id)); });
        const item = document.createElement("li");
        item.append(link);
        list.append(item);
      }
      const note = document.createElement("small");
      note.textContent = found.length ? words.record[language()] : words.unused[language()];
      card.append(note, list);
    }
    card.hidden = ids.length === 0;
  }
  // Beside the record the reports scroll by themselves, so that the record stays where it is.
  function reveal(node) {
    const pane = node.closest(".reports");
    if (!pane || getComputedStyle(pane).position !== "sticky") return node.scrollIntoView({ block: "center" });
    const place = node.getBoundingClientRect();
    const frame = pane.getBoundingClientRect();
    pane.scrollTop += (place.top + place.bottom - frame.top - frame.bottom) / 2;
    const text = node.closest(".columns");
    if (text) text.scrollLeft += Math.min(0, place.left - text.getBoundingClientRect().left - 40) || Math.max(0, place.right - text.getBoundingClientRect().right + 20);
  }
  function show(node, from) {
    origin = from;
    back.hidden = !origin;
    for (const old of document.querySelectorAll(".flash")) old.classList.remove("flash");
    node.classList.add("flash");
    reveal(node);
    node.focus({ preventScroll: true });
  }
  function goBack() {
    card.hidden = true;
    if (!origin) return;
    const target = origin;
    show(target, null);
  }
  back.addEventListener("click", goBack);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const href = link?.getAttribute("href") ?? "";
    if (link && /^#[fc]\d/.test(href) && !card.contains(link)) {
      const target = sought(href.slice(1));
      if (!target) return;
      event.preventDefault();
      history.replaceState(null, "", href);
      mark(target.id);
      show(target, link);
      target.classList.remove("flash");
      card.hidden = true;
      return;
    }
    const clicked = event.target.closest("mark");
    if (!clicked) return;
    const ids = [];
    for (let node = clicked; node && node.tagName === "MARK"; node = node.parentElement) {
      if (isShown(node)) ids.push(node.dataset.f);
    }
    if (!ids.length) return;
    mark(ids[0]);
    explain(ids);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return goBack();
    const here = document.activeElement?.closest?.("mark[id]");
    if (!here) return;
    if (event.key === "Enter") {
      mark(here.id);
      explain([here.id]);
      const first = places(here.id)[0];
      if (first) show(first, here);
      event.preventDefault();
    }
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    for (let i = marks.indexOf(here) + step; i >= 0 && i < marks.length; i += step) {
      if (!isShown(marks[i])) continue;
      mark(marks[i].id);
      reveal(marks[i]);
      marks[i].focus({ preventScroll: true });
      explain([marks[i].id]);
      return;
    }
  });
  if (marks.length) marks[0].tabIndex = 0;
  if (/^#[fc]\d/.test(location.hash)) mark(location.hash.slice(1));
  speak();
})();
