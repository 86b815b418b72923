/** Users whose name or e-mail address contains the text, whatever its case; all of them for no text. */
export const searchUsers = (store, text = '') => {
  const wanted = text.trim().toLowerCase();
  const holds = (value) => value.toLowerCase().includes(wanted);
  return store.collection('users').list((user) => holds(user.name) || holds(user.email));
};
