// The slider of a replay: counts plants at or above a mark from the histogram on the page, without the server.
"use strict";
(() => {
  const data = document.getElementById("replay-data"), slider = document.getElementById("slider");
  if (!data || !slider) return;
  const bins = JSON.parse(data.textContent);
  const count = (pairs, mark) => pairs.reduce((sum, [place, plants]) => sum + (place >= mark ? plants : 0), 0);
  const rows = document.querySelectorAll("#slider-areas tbody tr");
  const show = () => {
    const mark = Math.round(Number(slider.value) * 100);
    document.getElementById("slider-mark").textContent = (mark / 100).toFixed(2);
    document.getElementById("slider-before").textContent = count(bins.before, mark);
    document.getElementById("slider-after").textContent = count(bins.after, mark);
    bins.areas.forEach((area, index) => {
      rows[index].cells[2].textContent = count(area.before, mark);
      rows[index].cells[3].textContent = count(area.after, mark);
    });
  };
  slider.addEventListener("input", show);
  show();
})();
