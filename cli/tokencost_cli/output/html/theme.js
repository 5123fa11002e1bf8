// Before anything is drawn: the theme that the reader chose last.
(function () {
  try {
    const chosen = localStorage.getItem("tokencost-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (error) {
    // No storage: the theme is that of the system.
  }
  document.documentElement.classList.add("scripted");
})();
