// Checks the text while it is written: half a second after the last key, and only the newest answer is shown.
"use strict";
(() => {
  const form = document.querySelector("form[data-check]");
  if (!form) return;
  const text = form.querySelector("textarea"), place = document.getElementById("check"), saved = text.value;
  let timer = 0, round = 0;
  const check = async () => {
    const mine = ++round, body = new URLSearchParams({ yaml: text.value });
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (answer.ok && mine === round) place.innerHTML = await answer.text();
    } catch { /* the server is away: the last check stays, saving will tell */ }
  };
  text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(check, 500); });
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (!button) return;
    const lines = text.value.split("\n"), line = Number(button.dataset.line) - 1;
    const start = lines.slice(0, line).reduce((sum, row) => sum + row.length + 1, 0) + Number(button.dataset.column) - 1;
    text.focus();
    text.setSelectionRange(start, start + 1);
    text.scrollTop = Math.max(line - 8, 0) * parseFloat(getComputedStyle(text).lineHeight);
  });
  window.addEventListener("beforeunload", (event) => { if (text.value !== saved && !form.dataset.sent) event.preventDefault(); });
  form.addEventListener("submit", () => { form.dataset.sent = "1"; });
})();
