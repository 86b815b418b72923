/** Keeps mail until a transport takes it. `send` gives the mail back with its place in the queue. */
export const createOutbox = () => {
  const mails = [];
  return {
    send: (mail) => {
      mails.push({ ...mail });
      return { ...mail, position: mails.length };
    },
    /** Mail to one address, oldest first. */
    sentTo: (address) => mails.filter((mail) => mail.to === address),
  };
};

/** The mail that brings a one-time code. */
export const resetMail = (to, code) => ({
  to,
  subject: 'Your password reset code',
  text: `Your code is ${code}. It is good for ten minutes.\nIf you did not ask for it, ignore this mail.`,
});
