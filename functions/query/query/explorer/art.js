// A picture for a movie that has none: always the same for the same title, in the mood of its genres.

import { svg } from "./dom.js";

const WIDTH = 200, HEIGHT = 300, FLOOR = 200; // what is below the floor belongs to the title

// The first motif one of whose words is in a genre; a genre that nobody has heard of gets one by its name.
const MOODS = [
  [/western|adventure|disaster|travel/i, 22, mesa],
  [/noir|crime|mystery|thriller|spy|suspense/i, 215, blinds],
  [/science|space|superhero|cyber/i, 255, planet],
  [/horror|supernatural|fantasy|slasher|vampire/i, 350, moon],
  [/comedy|family|teen|animated|children|satire/i, 40, balloons],
  [/musical|music|dance|performance|opera/i, 320, waves],
  [/war|action|martial|sport/i, 8, rays],
  [/romance|erotic|love/i, 335, rings],
  [/histor|biograph|politic|legal|religio/i, 95, columns],
  [/silent|short|documentary|live/i, 190, iris],
  [/drama/i, 170, halves],
];

/** An <svg> for a movie; it says nothing that the text beside it does not say. */
export function art({ title, genres = [] }) {
  const random = seeded(title);
  const [hue, motif] = mood(genres.length ? genres : [title], random);
  const turned = hue + (random() - 0.5) * 60;
  const ink = {
    back: `hsl(${turned} 42% 24%)`,
    deep: `hsl(${turned} 45% 13%)`,
    mid: `hsl(${turned + 12} 48% 42%)`,
    warm: `hsl(${turned + 28} 68% 63%)`,
    pale: `hsl(${turned + 40} 60% 84%)`,
  };
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true", class: "art" },
    svg("rect", { width: WIDTH, height: HEIGHT, fill: ink.back }),
    motif(ink, random),
    svg("rect", { y: FLOOR, width: WIDTH, height: HEIGHT - FLOOR, fill: ink.deep }),
    svg("rect", { x: 14, y: FLOOR + 12, width: 22, height: 3, fill: ink.warm }));
}

function mood(genres, random) {
  for (const genre of genres) {
    const known = MOODS.find(([words]) => words.test(genre));
    if (known) return known.slice(1);
  }
  const [, , motif] = MOODS[Math.floor(seeded(genres[0])() * MOODS.length)];
  return [random() * 360, motif];
}

/** Numbers from 0 to 1 that are the same for the same text (FNV-1a, then xorshift). */
function seeded(text) {
  let state = 2166136261;
  for (const character of text) state = Math.imul(state ^ character.codePointAt(0), 16777619);
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const some = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const disc = (cx, cy, r, fill, more = {}) => svg("circle", { cx, cy, r, fill, ...more });
const ring = (cx, cy, r, stroke, width = 5) => disc(cx, cy, r, "none", { stroke, "stroke-width": width });
const shape = (d, fill, more = {}) => svg("path", { d, fill, ...more });
const group = (...children) => svg("g", {}, ...children);

function mesa(ink, random) {
  const x = 50 + random() * 100, step = 120 + random() * 30;
  return group(disc(x, 88, 44, ink.warm),
    shape(`M0 ${step} h44 l8 -18 h38 l7 30 h40 l10 -24 h30 l10 22 h20 V200 H0Z`, ink.mid),
    shape(`M0 172 q60 -${18 + random() * 20} 110 -4 t90 -6 V200 H0Z`, ink.deep));
}

function blinds(ink, random) {
  const slope = 14 + random() * 24, x = 120 + random() * 40;
  return group(some(8, (index) => shape(`M-10 ${index * 28 + 20} L210 ${index * 28 + 20 - slope} v13 L-10 ${index * 28 + 33}Z`, index % 2 ? ink.mid : ink.warm, { opacity: 0.8 })),
    shape(`M${x} 205 v-62 q-14 -8 -10 -26 l-16 -3 q4 -8 16 -8 l4 -20 q14 -8 28 0 l4 20 q12 0 16 8 l-16 3 q4 18 -10 26 v62Z`, ink.deep));
}

function planet(ink, random) {
  const r = 42 + random() * 14, tilt = -35 + random() * 40;
  return group(some(26, () => disc(random() * WIDTH, random() * FLOOR, 0.6 + random() * 1.5, ink.pale)),
    disc(100, 105, r, ink.mid), shape(`M${100 - r} 105 a${r} ${r} 0 0 0 ${2 * r} 0 a${r} ${r * 0.62} 0 0 1 ${-2 * r} 0Z`, ink.warm),
    svg("ellipse", { cx: 100, cy: 105, rx: r * 1.75, ry: r * 0.4, fill: "none", stroke: ink.pale, "stroke-width": 4, transform: `rotate(${tilt} 100 105)` }));
}

function moon(ink, random) {
  const x = 66 + random() * 68;
  return group(disc(x, 76, 46, ink.pale), disc(x + 20, 66, 40, ink.back),
    some(9, (index) => shape(`M${index * 26 - 14} 204 l${10 + random() * 8} -${36 + random() * 66} l${12 + random() * 8} ${104}Z`, ink.deep)));
}

function balloons(ink, random) {
  return group(some(6, (index) => {
    const x = 40 + (index % 3) * 60 + (random() - 0.5) * 22, y = 48 + Math.floor(index / 3) * 62 + (random() - 0.5) * 34;
    return group(shape(`M${x} ${y} Q${x + 8} ${y + 60} 100 205`, "none", { stroke: ink.deep, "stroke-width": 1.6 }),
      disc(x, y, 19 + random() * 11, [ink.warm, ink.mid, ink.pale][(index * 2 + Math.floor(index / 3)) % 3]));
  }));
}

function waves(ink, random) {
  const high = 16 + random() * 16;
  return group(some(7, (index) => svg("path", { d: `M-5 ${38 + index * 24} q26 -${high} 52 0 t52 0 t52 0 t52 0 t52 0`, fill: "none", stroke: [ink.warm, ink.pale, ink.mid][index % 3], "stroke-width": 9 - index * 0.7 })));
}

function rays(ink, random) {
  const turn = random() * 30;
  return group(svg("g", { transform: `rotate(${turn} 100 200)` },
    some(13, (index) => shape("M100 200 L88 -60 H112Z", index % 2 ? ink.mid : ink.warm, { transform: `rotate(${index * 24 - 150} 100 200)` }))),
  disc(100, 200, 46, ink.pale));
}

function rings(ink, random) {
  const apart = 24 + random() * 12;
  return group(disc(100 - apart, 104, 54, ink.warm, { opacity: 0.9 }), disc(100 + apart, 104, 54, ink.mid, { opacity: 0.85 }),
    ring(100 - apart, 104, 64, ink.pale, 2), ring(100 + apart, 104, 64, ink.pale, 2));
}

function columns(ink, random) {
  const many = 4 + Math.floor(random() * 3), wide = 150 / many;
  return group(shape("M100 28 L184 68 H16Z", ink.warm), svg("rect", { x: 20, y: 74, width: 160, height: 9, fill: ink.pale }),
    some(many, (index) => svg("rect", { x: 25 + index * wide + wide * 0.14, y: 90, width: wide * 0.72, height: 96, fill: index % 2 ? ink.mid : ink.pale, opacity: 0.92 })),
    svg("rect", { x: 12, y: 188, width: 176, height: 12, fill: ink.warm }));
}

function iris(ink, random) {
  const x = 80 + random() * 40;
  return group(some(6, (index) => disc(x, 100, 116 - index * 18, index % 2 ? ink.mid : ink.back)), disc(x, 100, 22, ink.pale),
    some(2, (index) => some(8, (at) => svg("rect", { x: index ? 184 : 6, y: 8 + at * 24, width: 10, height: 13, rx: 2, fill: ink.deep }))));
}

function halves(ink, random) {
  const y = 100 + (random() - 0.5) * 24, r = 46 + random() * 26;
  return svg("g", { transform: `rotate(${Math.floor(random() * 4) * 45} 100 100)` },shape(`M${100 - r} ${y} a${r} ${r} 0 0 1 ${2 * r} 0Z`, ink.warm), shape(`M${84 - r} ${y + 8} a${r} ${r} 0 0 0 ${2 * r} 0Z`, ink.mid),
    svg("rect", { x: -100, y: y + 2, width: 2 * WIDTH, height: 3, fill: ink.pale }));
}
