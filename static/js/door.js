// The door without reloading: answers, live counts, the camera. All works without it.

const door = document.querySelector(".door");
const answer = document.getElementById("answer");
const field = document.getElementById("typed");
const SAME_BADGE_MS = 4000;
const COUNTS_MS = 5000;
const SCAN_MS = 150;

async function send(data) {
  data.set("part", "1");
  try {
    const response = await fetch(location.href, { method: "POST", body: data });
    if (!response.ok || response.redirected) throw new Error(response.status);
    answer.innerHTML = await response.text();
    navigator.vibrate?.(answer.querySelector(".door-good") ? 60 : [60, 60, 60]);
  } catch {
    answer.textContent = door.dataset.fault;
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".door-form, .door-send")) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  if (form.matches(".door-form")) form.reset();
  await send(data);
  field.focus();
});

async function count() {
  const line = answer.querySelector(".door-counts");
  if (line && !document.hidden) {
    try {
      const response = await fetch(door.dataset.counts);
      if (response.ok && !response.redirected) line.innerHTML = await response.text();
    } catch { /* the next round asks again */ }
  }
  setTimeout(count, COUNTS_MS);
}
setTimeout(count, COUNTS_MS);

// The camera: the browser's own reader of QR codes, else jsQR.

const part = door.querySelector(".door-camera");
const button = part.querySelector("button");
const video = part.querySelector("video");
let stream = null;
let last = { text: "", at: 0 };

function load(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

async function makeReader() {
  const kinds = await window.BarcodeDetector?.getSupportedFormats?.() ?? [];
  if (kinds.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async () => (await detector.detect(video))[0]?.rawValue;
  }
  if (!window.jsQR) await load(door.dataset.jsqr);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return () => {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    if (!canvas.width) return "";
    context.drawImage(video, 0, 0);
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    return jsQR(picture.data, picture.width, picture.height)?.data;
  };
}

async function scan(read) {
  if (!stream) return;
  const text = await read();
  const now = Date.now();
  if (text && (text !== last.text || now - last.at > SAME_BADGE_MS)) {
    last = { text, at: now };
    const data = new FormData(door.querySelector(".door-form"));
    data.set("typed", text.slice(0, 100));
    await send(data);
  } else if (text) {
    last.at = now; // still held before the camera
  }
  setTimeout(scan, SCAN_MS, read);
}

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  video.hidden = true;
  button.textContent = button.dataset.start;
}

button.addEventListener("click", async () => {
  if (stream) return stop();
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment" },
    });
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    button.textContent = button.dataset.stop;
    scan(await makeReader());
  } catch {
    stop();
    answer.textContent = door.dataset.refused;
  }
});

part.hidden = !navigator.mediaDevices?.getUserMedia;
