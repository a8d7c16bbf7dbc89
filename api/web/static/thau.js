// The one script. Where an element says data-load, the part of a page that takes longer is put in it once the page is there; where a field
// says data-live, what its form would answer is put beside it while somebody types.

async function part(url, options = {}) {
  const answer = await fetch(url, { ...options, headers: { "X-Part": "true" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
}

for (const place of document.querySelectorAll("[data-load]")) {
  try {
    place.innerHTML = await part(place.dataset.load);
  } catch {
    // What stands there already is a link to the page itself.
  }
}

for (const field of document.querySelectorAll("[data-live]")) {
  const place = document.getElementById(field.dataset.live);
  let timer, asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++asked;
      try {
        const html = await part(field.form.action, { method: "POST", body: new URLSearchParams(new FormData(field.form)) });
        if (mine === asked) place.innerHTML = html;
      } catch {
        // The server is away, and the form's button will say so.
      }
    }, 120);
  });
}
