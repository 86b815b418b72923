import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutbox, resetMail } from '../src/mail/outbox.js';

test('mail is kept by address, oldest first', () => {
  const outbox = createOutbox();
  outbox.send(resetMail('ada@example.org', '111111'));
  outbox.send(resetMail('grace@example.org', '222222'));
  outbox.send(resetMail('ada@example.org', '333333'));
  const texts = outbox.sentTo('ada@example.org').map((mail) => mail.text);
  assert.equal(texts.length, 2);
  assert.match(texts[0], /111111/);
  assert.match(texts[1], /333333/);
});

test('the reset mail says the code, how long it is good and what to do otherwise', () => {
  const mail = resetMail('ada@example.org', '012345');
  assert.equal(mail.to, 'ada@example.org');
  assert.match(mail.text, /012345.*ten minutes.*ignore/s);
});
