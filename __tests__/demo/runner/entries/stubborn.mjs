// Notes each signal and goes on, so that only the last step of a cancel ends it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => console.log(signal));
console.log('ready');
setInterval(() => undefined, 1000);
