// What was typed of a count is not needed once it is recorded.
localStorage.removeItem(`count:${document.querySelector('[data-draft]')?.dataset.draft}`);
