// What if: sends the sliders to the server, which evaluates exactly; only the newest answer is shown.
"use strict";
(() => {
  const form = document.querySelector("form[data-whatif]");
  if (!form) return;
  let timer = 0, round = 0;
  const show = (name, value) => { const place = form.querySelector(`[data-show="${name}"]`); if (place) place.textContent = value; };
  const ask = async () => {
    const mine = ++round, query = new URLSearchParams(new FormData(form));
    const answer = await fetch(`${form.dataset.whatif}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || mine !== round) return;
    const found = await answer.json();
    show("total", found.total); show("change", found.change); show("requirements", found.requirements);
  };
  form.addEventListener("input", (event) => {
    if (event.target.type === "range") event.target.nextElementSibling.textContent = `${event.target.value} %`;
    clearTimeout(timer); timer = setTimeout(ask, 150);
  });
})();
