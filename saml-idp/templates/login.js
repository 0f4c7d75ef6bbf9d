// Comforts of the login page, which works without them: showing the password, and one submission per press.
'use strict';
(() => {
  const form = document.querySelector('form');
  const password = document.getElementById('password');
  const reveal = document.getElementById('reveal');
  const submit = form.querySelector('[type=submit]');
  // The words are the page's, in its language.
  const words = { show: reveal.textContent, hide: reveal.dataset.hide };

  const show = (shown) => {
    password.type = shown ? 'text' : 'password';
    reveal.textContent = shown ? words.hide : words.show;
  };

  reveal.hidden = false;
  reveal.addEventListener('click', () => show(password.type === 'password'));
  form.addEventListener('submit', () => {
    // A password that is submitted as plain text would be kept by the browser's form history.
    show(false);
    submit.disabled = true;
  });
  // A page that comes back from the browser's cache must be usable again.
  window.addEventListener('pageshow', () => { submit.disabled = false; });
})();
