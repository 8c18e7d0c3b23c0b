"use strict";
(() => {
  const key = "lastgood-theme";
  const remember = (value) => { try { localStorage.setItem(key, value); } catch { /* a file page may have no storage */ } };
  const recall = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const chosen = document.getElementById("theme-" + (recall() || "auto"));
  if (chosen) chosen.checked = true;
  document.querySelectorAll("[name=theme]").forEach((input) =>
    input.addEventListener("change", () => remember(input.value)));
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const inner = target.matches("section") ? target.querySelector(":scope > details") : null;
    if (inner) inner.open = true;
    for (let up = target.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  const closed = [];
  addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach((d) => { d.open = true; closed.push(d); }));
  addEventListener("afterprint", () => closed.splice(0).forEach((d) => { d.open = false; }));
  document.querySelectorAll(".command").forEach((box) => {
    if (!navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("code").textContent);
      button.textContent = "Copied";
    });
    box.append(button);
  });
})();
