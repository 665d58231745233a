/* Draws a chart over each table of «Показатели». The table says everything: heads with `data-tone` are drawn, cells carry
   their number in `data-value`; `data-plot` on the figure says in words what the picture shows. Needs Chart.js. */

const root = document.documentElement;
const all = (selector, scope = document) => [...scope.querySelectorAll(selector)];
const LINE = { wide: 26, narrow: 13, until: 460 }; // characters of a label before it goes on to the next line; pixels
const REM = { line: 1.25, stacked: 2, apart: 3, axes: 4.5 };
const SMALLER = 0.875; // than the text around
const TONES = {
  ours: "--brand", yours: "--amber-line", late: "--red", done: "--green", given: "--line",
  first: "--brand", second: "--amber-line", third: "--green",
};

/* --- what the look of the page says --- */

const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();

/** Stripes, for looks that have two colours only: bars are told apart by their filling. */
function stripes(ink, paper) {
  const tile = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  const pen = tile.getContext("2d");
  pen.fillStyle = paper;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = ink;
  pen.lineWidth = 2;
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

/** How the bars of a series are painted. */
function paint() {
  const [ink, paper] = [token("--ink"), token("--surface")];
  const inTwo = root.dataset.colours !== "normal" || matchMedia("(forced-colors: active)").matches;
  if (!inTwo) return (tone) => ({ backgroundColor: token(TONES[tone]), borderColor: token("--ink-2"), borderWidth: 1 });
  const plain = [ink, paper, stripes(ink, paper)];
  return (_tone, place) => ({ backgroundColor: plain[place % plain.length], borderColor: ink, borderWidth: 2 });
}

/* --- from the table to the chart --- */

/** Break a long label between words. */
function lines(text, most) {
  return text.split(" ").reduce((done, word) => {
    const last = done.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= most) done[done.length - 1] = `${last} ${word}`;
    else done.push(word);
    return done;
  }, []);
}

function read(table) {
  const most = table.closest("figure").clientWidth < LINE.until ? LINE.narrow : LINE.wide;
  const rows = [...table.tBodies[0].rows];
  const series = [...table.tHead.rows[0].cells]
    .map((head, place) => ({ label: head.textContent.trim(), tone: head.dataset.tone, place }))
    .filter((one) => one.tone)
    .map((one) => ({ ...one, data: rows.map((row) => Number(row.cells[one.place].dataset.value || 0)) }));
  return { labels: rows.map((row) => lines(row.cells[0].textContent.trim(), most)), series };
}

function axis(isValue, isStacked) {
  const grid = isValue ? { color: token("--line") } : { display: false };
  const ticks = { color: token("--ink"), precision: 0, autoSkip: isValue };
  return { stacked: isStacked, beginAtZero: true, grid, ticks, border: { color: token("--line-2") } };
}

function draw(figure) {
  const { labels, series } = read(figure.querySelector("table"));
  const isFlat = "flat" in figure.dataset;
  const isStacked = "stacked" in figure.dataset;
  const painted = paint();
  const datasets = series.map(({ label, tone, data }, place) => ({
    label, data, ...painted(tone, place), maxBarThickness: 28,
  }));
  const { fontFamily, fontSize } = getComputedStyle(document.body);
  Object.assign(Chart.defaults.font, { family: fontFamily, size: parseFloat(fontSize) * SMALLER });
  const [values, names] = isFlat ? ["x", "y"] : ["y", "x"];
  return new Chart(figure.querySelector("canvas"), {
    type: "bar",
    data: { labels, datasets },
    options: {
      animation: false,
      locale: "ru",
      maintainAspectRatio: false,
      indexAxis: names,
      scales: { [values]: axis(true, isStacked), [names]: axis(false, isStacked) },
      plugins: { legend: { display: series.length > 1, labels: { color: token("--ink") } } },
    },
  });
}

/** Flat bars need as much height as there are of them, and as their labels have lines. */
function height(figure) {
  const { labels } = read(figure.querySelector("table"));
  const most = Math.max(...labels.map((label) => label.length));
  const row = Math.max("stacked" in figure.dataset ? REM.stacked : REM.apart, most * REM.line);
  return `${REM.axes + labels.length * row}rem`;
}

/** Put an empty picture above the table. */
function prepare(figure) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", figure.dataset.plot);
  const place = document.createElement("div");
  place.className = "plot";
  place.append(canvas);
  if ("flat" in figure.dataset) place.style.height = height(figure);
  figure.prepend(place);
}

const figures = all("[data-plot]");
figures.forEach(prepare);
let charts = figures.map(draw);

function redraw() {
  for (const chart of charts) chart.destroy();
  charts = figures.map(draw);
}

new MutationObserver(redraw).observe(root, { attributes: true, attributeFilter: ["data-scheme", "data-colours", "data-size"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
