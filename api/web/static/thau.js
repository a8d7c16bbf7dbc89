// The one script: where a field says data-live, what its form would answer is put beside it while somebody types.
for (const field of document.querySelectorAll("[data-live]")) {
  const place = document.getElementById(field.dataset.live);
  let timer, asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++asked;
      try {
        const answer = await fetch(field.form.action, { method: "POST", headers: { "X-Part": "true" }, body: new URLSearchParams(new FormData(field.form)) });
        const html = await answer.text();
        if (answer.ok && mine === asked) place.innerHTML = html;
      } catch {
        // The server is away: the form's button says so.
      }
    }, 120);
  });
}
