/** Users whose name or e-mail address contains the text, whatever its case; all of them for no text. */
export const searchUsers = (store, text = '') => {
  const wanted = text.trim().toLowerCase();
  return store.collection('users').list((user) => user.name.includes(wanted) || user.email.includes(wanted));
};
