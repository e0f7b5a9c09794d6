/* Phone page: page 1 with what is written and ticked, made on the device. It is in the page alone, and gone with it. */
const find = (selector) => document.querySelector(selector);
const say = (name) => find(`[data-say=${name}]`).textContent;
const filled = find("[data-filled]"), picture = find("[data-picture]"), save = find("[data-save]"), send = find("[data-send]");

/* Watch what is written, and return the function that makes the filled page. That one returns the name of what is to
   be said, "" when all is done; both fail without a network. */
export async function begin(fill, address) {
  let form = await (await ask(address)).json();
  const root = new URL("..", new URL(address, location.href));
  const fields = [...document.querySelectorAll("main input")].filter(({ id }) => id in form.fields);
  find("main").addEventListener("input", (event) => {
    putAway();
    find("[data-problem]").textContent = "";
    fields.filter((field) => field === event.target || event.target.id === "main").forEach((field) => check(fill, form, field));
  });
  fields.forEach((field) => check(fill, form, field));

  return async function make() {
    const wrong = fields.find((field) => !check(fill, form, field));
    if (wrong) {
      if (wrong.closest("details")) wrong.closest("details").open = true;
      wrong.focus();
      return "mend_fields";
    }
    const asks = [...document.querySelectorAll("[data-group=request]")];
    if (asks.length && !asks.some(({ checked }) => checked)) {
      find("#request-fault").textContent = say("tick_first");
      asks[0].focus();
      return "";
    }
    form = await (await ask(address)).json(); // that of the PDF as it is now: the page may be open since before
    const values = read(fields);
    const image = new Image();
    image.src = new URL(form.picture, root);
    const [pdf] = await Promise.all([ask(new URL(form.pdf, root)).then((answer) => answer.arrayBuffer()), image.decode()]);
    const canvas = await fill.drawPicture(image, form, values);
    const file = new File([fill.fillPdf(new Uint8Array(pdf), form, values)], filled.dataset.filled, { type: "application/pdf" });
    if (JSON.stringify(values) !== JSON.stringify(read(fields))) return make();
    show(canvas, file);
    return "";
  };
}

/* What the site answers; a page that says that there is nothing is no answer. */
async function ask(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} ${address}`);
  return response;
}

/* What is written and ticked; words behind a box that is not ticked any more are not meant. */
function read(fields) {
  const isMeant = ({ id }) => !id.endsWith("-text") || document.getElementById(id.slice(0, -"-text".length)).checked;
  return Object.fromEntries(fields.map((field) => [
    field.id, field.type === "checkbox" ? field.checked : isMeant(field) ? field.value.trim() : "",
  ]));
}

/* A character, or its number where nothing of it can be seen. */
function name(letter) {
  return /[\p{C}\p{Z}\p{DI}]/u.test(letter) ? `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}` : letter;
}

/* Say below a field what cannot be printed in it. Returns whether all can. */
function check(fill, form, field) {
  if (field.type === "checkbox") return true;
  const value = { [field.id]: field.value.trim() }, lacking = fill.listLacking(form, value);
  const fault = lacking ? say("lacking").replace("…", [...lacking].map(name).join(" "))
    : fill.listTooLong(form, value).length ? say("too_long") : "";
  const id = `${field.id}-fault`;
  if (!document.getElementById(id)) {
    field.insertAdjacentHTML("afterend", `<p class="fault" role="alert" id="${id}"></p>`);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  }
  const line = document.getElementById(id);
  if (line.textContent !== fault) line.textContent = fault; // or it is said again at each letter
  field.setAttribute("aria-invalid", Boolean(fault));
  return !fault;
}

/* A picture's resolution, 150 dots an inch, as PNG keeps it behind its first 33 bytes: else it is printed in any size. */
const HEADER = "data:image/png;base64,".length + 33 / 3 * 4, RESOLUTION = "AAAACXBIWXMAABcSAAAXEgFnn9JS";

/* A picture as data, which chat browsers keep at a long press. */
function show(canvas, file) {
  putAway();
  const data = canvas.toDataURL("image/png");
  const image = new Image(canvas.width, canvas.height);
  image.alt = picture.dataset.picture;
  image.src = data.slice(0, HEADER) + RESOLUTION + data.slice(HEADER);
  picture.replaceChildren(image);
  save.href = URL.createObjectURL(file);
  save.download = file.name;
  send.hidden = !navigator.canShare?.({ files: [file] });
  // The file alone: some phones drop it when words come with it.
  send.onclick = () => navigator.share({ files: [file] }).catch((error) => { send.hidden = error.name !== "AbortError"; });
  filled.hidden = false;
  filled.querySelector("h3").focus();
}

/* What was made before is no longer what is written. */
function putAway() {
  filled.hidden = true;
  find("#request-fault").textContent = "";
  picture.replaceChildren();
  URL.revokeObjectURL(save.href);
  save.href = "#details";
  send.onclick = null;
}
