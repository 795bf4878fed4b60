// Behind a deadline in the process's zone, the same moment in the reader's own zone, where the two differ.
for (const time of document.querySelectorAll("time[data-own-zone]")) {
  const own = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).format(new Date(time.dateTime));
  const clock = own.match(/\d{1,2}:\d{2}/)?.[0];
  if (clock && !time.textContent.includes(clock)) time.after(` (your time: ${own})`);
}
