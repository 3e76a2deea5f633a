"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const one = id => document.getElementById(id);
  const all = what => Array.from(document.querySelectorAll(what));
  const units = { ns: 1, "µs": 1e3, ms: 1e6, s: 1e9, KiB: 1024, MiB: 1048576, GiB: 1073741824, k: 1e3, M: 1e6 };
  const value = text => {
    const found = /(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?) ?([a-zµ]*)/i.exec(text);
    return found === null ? NaN : Number(found[1]) * (units[found[2]] || 1);
  };
  const order = (a, b) => {
    const [x, y] = [value(a), value(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) {
      return Number.isNaN(x) - Number.isNaN(y) || a.localeCompare(b);
    }
    return x - y;
  };
  const sort = (table, column, isNumber, th) => {
    const down = th.getAttribute("aria-sort") === "ascending";
    const body = table.tBodies[0];
    const text = row => row.cells[column].textContent.trim();
    const rows = Array.from(body.rows).sort((a, b) =>
      isNumber ? order(text(a), text(b)) : text(a).localeCompare(text(b)));
    if (down) rows.reverse();
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    th.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...rows);
  };
  for (const table of all("table")) {
    Array.from(table.tHead.rows[0].cells).forEach((th, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = th.textContent;
      th.replaceChildren(button);
      const isNumber = th.classList.contains("n") || table.classList.contains("overview");
      button.addEventListener("click", () => sort(table, column, isNumber, th));
    });
  }
  const names = new Map(all(".variants li").map(li =>
    [li.dataset.v, li.querySelector("strong").textContent.toLowerCase()]));
  const on = (id, kind, what) => {
    const element = one(id);
    if (element !== null) element.addEventListener(kind, what);
  };
  const typed = id => one(id) === null ? "" : one(id).value.toLowerCase();
  const filter = () => {
    const [variant, workload] = [typed("fv"), typed("fw")];
    for (const element of all("[data-v]")) {
      element.classList.toggle("off", !(names.get(element.dataset.v) || "").includes(variant));
    }
    for (const element of all("[data-w]")) {
      element.classList.toggle("off", !element.dataset.w.toLowerCase().includes(workload));
    }
  };
  on("fv", "input", filter);
  on("fw", "input", filter);
  on("controls", "submit", event => event.preventDefault());
  on("theme", "click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  on("copy", "click", () => {
    const text = one("replay");
    getSelection().selectAllChildren(text);
    if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).catch(() => {});
  });
  on("download", "click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([one("run-json").textContent], { type: "application/json" }));
    link.download = "run.json";
    link.click();
    URL.revokeObjectURL(link.href);
  });
  addEventListener("beforeprint", () => { for (const details of all("details")) details.open = true; });
  const open = () => {
    const target = location.hash.length > 1 ? one(location.hash.slice(1)) : null;
    for (let parent = target; parent; parent = parent.parentElement) if (parent.tagName === "DETAILS") parent.open = true;
  };
  addEventListener("hashchange", open);
  open();
})();
