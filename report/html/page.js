"use strict";
for (const form of document.querySelectorAll("form.filter")) {
  const list = document.getElementById(form.dataset.for);
  const rows = [...list.querySelectorAll("[data-row]")];
  const heads = rows.map(row => row.closest("[data-group]"));
  const words = rows.map((row, n) => {
    const head = heads[n] && heads[n].querySelector("h4");
    return (row.textContent + " " + (head ? head.textContent : "")).toLowerCase();
  });
  const apply = () => {
    let shown = 0;
    const open = new Set();
    rows.forEach((row, n) => {
      const fits = [...form.elements].every(field =>
        !field.name || !field.value ||
        (field.name === "q" ? words[n].includes(field.value.trim().toLowerCase()) : row.dataset[field.name] === field.value));
      row.hidden = !fits;
      if (fits) { shown += 1; open.add(heads[n]); }
    });
    for (const head of new Set(heads)) if (head) head.hidden = !open.has(head);
    form.querySelector("output").textContent = shown === rows.length ? `all ${shown}` : `${shown} of ${rows.length}`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", event => event.preventDefault());
  form.hidden = false;
  apply();
}
addEventListener("hashchange", () => {
  const aim = document.getElementById(location.hash.slice(1));
  const hidden = aim && aim.closest("[hidden]");
  if (hidden) for (const form of document.querySelectorAll("form.filter"))
    if (document.getElementById(form.dataset.for).contains(aim)) { form.reset(); setTimeout(() => aim.scrollIntoView(), 1); }
});
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details:not([open])")) { each.open = true; each.dataset.closed = ""; }
});
addEventListener("afterprint", () => {
  for (const each of document.querySelectorAll("details[data-closed]")) { each.open = false; delete each.dataset.closed; }
});
