/** Tabs by the pattern of WAI-ARIA: arrows go from tab to tab, and the tab with the focus is the one shown. */

const tabsOf = (list) => [...list.querySelectorAll('[role="tab"]')];

/** Shows a tab's panel; gives whether it was another one before. */
export function showTab(tab) {
  const list = tab.closest('[role="tablist"]');
  const changed = tab.getAttribute("aria-selected") !== "true";
  for (const each of tabsOf(list)) {
    const on = each === tab;
    each.setAttribute("aria-selected", String(on));
    each.tabIndex = on ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = !on;
  }
  if (changed) tab.dispatchEvent(new CustomEvent("tab-shown", { bubbles: true }));
  return changed;
}

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** Listens on a part of the page, whose tabs may be replaced. */
export function listenToTabs(root) {
  root.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) showTab(tab);
  });
  root.addEventListener("keydown", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (!tab) return;
    const all = tabsOf(tab.closest('[role="tablist"]'));
    const at = all.indexOf(tab);
    const to = event.key in STEPS ? (at + STEPS[event.key] + all.length) % all.length : event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : -1;
    if (to < 0) return;
    event.preventDefault();
    all[to].focus();
    showTab(all[to]);
  });
}
