/* Fills in a handout's form on the device: as one more revision of its PDF, or drawn on the picture of its page.
   `form` is what forms/*.json says; `values` has a text or a tick (true) by a field's name. What is empty or not a
   field's is left out. */

const LINE = 1.5; // height of a text field in sizes of its text: typeset/tagging.py cuts it so
const SMALLEST = 6; // points
const MARGIN = 2; // points between a field's side and its text

/* A text as the font has its letters: accents on them, blanks of one kind (Chinese keyboards have a wide one), and
   without what has no width and changes nothing here, such as marks of direction that phones copy around a number. */
function compose(text) {
  return text.normalize("NFC").replace(/\p{Zs}/gu, " ").replace(/[\u200b\u200e\u202a\u202c\u2060\u2066\u2068\u2069\ufeff]/g, "");
}

/* The fields to fill in, each with its name and text; a tick has none. */
function listFilled(form, values) {
  return Object.entries(form.fields).filter(([name]) => values[name]).map(([name, field]) => {
    const [left, bottom, right, top] = field.box;
    const text = field.on ? "" : compose(String(values[name]));
    const codes = [...text].map((letter) => form.font.letters.indexOf(letter));
    const width = codes.reduce((sum, code) => sum + (form.font.widths[code] ?? 0), 0) / 1000;
    const room = (right - left - 2 * MARGIN) / width;
    const size = Math.floor(100 * Math.min((top - bottom) / LINE + 1e-6, room)) / 100;
    return { ...field, name, text, codes, size, baseline: (top - bottom - size * form.font.capital / 1000) / 2 };
  });
}

/* The characters that the fields' font lacks, each once. */
export function listLacking(form, values) {
  const letters = listFilled(form, values).flatMap((field) => [...field.text]);
  return [...new Set(letters)].filter((letter) => !form.font.letters.includes(letter)).join("");
}

/* The names of the fields in which the text has no room. */
export function listTooLong(form, values) {
  return listFilled(form, values).filter((field) => field.size < SMALLEST).map((field) => field.name);
}

function listDrawable(form, values) {
  const lacking = listLacking(form, values);
  if (lacking) throw new RangeError(`no letters for ${lacking}`);
  const long = listTooLong(form, values);
  if (long.length) throw new RangeError(`no room in ${long}`);
  return listFilled(form, values);
}

const write = (number, bytes) => number.toString(16).padStart(2 * bytes, "0");

/* The PDF with the values in its fields: a revision at its end, so that all that was there stays as it was. */
export function fillPdf(pdf, form, values) {
  const read = (from, to) => new TextDecoder("latin1").decode(pdf.subarray(from, to));
  const [, start] = read(-64).match(/startxref\s+(\d+)\s+%%EOF\s*$/) ?? [];
  const [, size, kept, id] = read(+start, +start + 999).match(/\/Size (\d+)(\/Root .*?\/ID \[\((\w+)\) )/) ?? [];
  if (id !== form.id) throw new Error("the form is that of another PDF");
  const objects = [];
  let added = "\n";
  const add = (number, body) => {
    objects.push([number, pdf.length + added.length]);
    added += `${number} 0 obj\n${body}\nendobj\n`;
  };
  let next = +size;
  for (const field of listDrawable(form, values)) {
    const [left, bottom, right, top] = field.box;
    let value = `/AS /${field.on}/V /${field.on}`;
    if (!field.on) {
      const { name, object } = form.font;
      const drawing = `/Tx BMC q BT ${name} ${field.size} Tf 0 g ${MARGIN} ${field.baseline.toFixed(2)} Td`
        + ` <${field.codes.map((code) => write(code + 32, 1)).join("")}> Tj ET Q EMC`;
      add(next, `<</Type /XObject/Subtype /Form/BBox [0 0 ${(right - left).toFixed(2)} ${(top - bottom).toFixed(2)}]`
        + `/Resources <</Font <<${name} ${object} 0 R>>>>/Length ${drawing.length}>>\nstream\n${drawing}\nendstream`);
      const utf16 = [...field.text].map((letter) => write(letter.charCodeAt(0), 2)).join("");
      value = `/AP <</N ${next++} 0 R>>/V <feff${utf16}>`;
    }
    add(field.object, `<<${field.entries}/Rect [${field.box.join(" ")}]${value}>>`);
  }
  const end = pdf.length + added.length;
  objects.push([next, end]);
  objects.sort(([one], [other]) => one - other);
  const rows = objects.map(([, offset]) => `01${write(offset, 4)}00`).join("") + ">";
  const mark = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => write(byte, 1)).join("");
  added += `${next} 0 obj\n<</Type /XRef/Index [${objects.map(([number]) => `${number} 1`).join(" ")}]/W [1 4 1]`
    + `/Size ${next + 1}${kept}(${mark})]/Prev ${start}/Filter /ASCIIHexDecode/Length ${rows.length}>>\n`
    + `stream\n${rows}\nendstream\nendobj\nstartxref\n${end}\n%%EOF\n`;
  const filled = new Uint8Array(pdf.length + added.length);
  filled.set(pdf);
  filled.set(new TextEncoder().encode(added), pdf.length);
  return filled;
}

let face;

/* A canvas of the picture's size: the picture of a page, with the values where the PDF has them. */
export async function drawPicture(image, form, values, page = 1) {
  const fields = listDrawable(form, values).filter((field) => field.page === page);
  if (!face) {
    const loaded = await new FontFace("Handout Field", `url("${new URL(form.font.file, import.meta.url)}")`).load();
    document.fonts.add(face = loaded);
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth ?? image.width, image.naturalHeight ?? image.height];
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const [width, height] = form.page;
  pen.scale(canvas.width / width, canvas.height / height);
  for (const { box: [left, bottom, right, top], on, text, size, baseline } of fields) {
    if (on) {
      pen.beginPath();
      form.tick.forEach(([x, y]) => pen.lineTo(left + x * (right - left), height - bottom - y * (top - bottom)));
      pen.fill();
    } else {
      pen.font = `${size}px "Handout Field"`;
      pen.textRendering = "geometricPrecision"; // widths as in the PDF
      pen.fillText(text, left + MARGIN, height - bottom - baseline);
    }
  }
  return canvas;
}
