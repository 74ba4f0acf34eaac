// Shows how far a job is; loads the page anew when it is at its end.
const place = document.querySelector("[data-progress]");
const bar = place.querySelector("progress");
const write = (name, number) => {
  place.querySelector(`[data-${name}]`).textContent = number;
};

async function look() {
  try {
    const answer = await fetch(place.dataset.progress);
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const job = await answer.json();
    if (!job.is_under_way) return location.reload();
    bar.max = job.total || 1;
    bar.value = job.done;
    write("done", job.done);
    write("total", job.total);
    setTimeout(look, 1000);
  } catch {
    setTimeout(look, 5000);
  }
}
look();
