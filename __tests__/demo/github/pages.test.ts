import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../../support/chromium.js';
import { at, pushBranch, repo, type Rig, startRig } from './support.js';

const report = [
  '| task | state |',
  '|---|---|',
  '| tax | landed |',
  '',
  '```mermaid',
  'gantt',
  '  dateFormat x',
  '  section agent-1',
  '  Tax :0, 12000',
  '```',
  '',
  '<details><summary>More</summary>',
  '',
  '- [x] done',
  '',
  '</details>',
  '',
  '<script>document.title = "taken over"</script><img src="x" onerror="document.title=1">[a](javascript:alert(1))',
].join('\n');

describe('pages of the embedded GitHub', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ files: { 'README.md': '# Shop\n', 'src/cart.js': 'export const total = 0 < 1;\n' } });
    await pushBranch(rig, 'aider/issue-1', { 'docs/prd/tax.md': '# PRD\n\n**Tax**\n' });
    rig.github.openIssue(repo, { title: 'Add <b>tax</b>', body: 'See #1.', author: 'ann', labels: ['aider'] });
    await rig.octokit.rest.pulls.create({
      ...at,
      head: 'aider/issue-1',
      base: 'main',
      title: 'Tax',
      body: 'Closes #1',
    });
    rig.github.comment(repo, 2, 'github-actions[bot]', report);
  });
  afterEach(async () => {
    const violations = [...rig.github.violations];
    await rig.close();
    expect(violations).toEqual([]);
  });

  const read = async (path: string) => {
    const response = await fetch(rig.github.serverUrl + path);
    return { response, text: await response.text() };
  };

  it('shows alerts as alerts, and a quote that only looks like one as a quote', async () => {
    const quotes = ['> [!WARNING]\n> Two **lines**\n> of it', '> [!NOTE] on the same line', '> [!FOO]\n> no kind'];
    rig.github.comment(repo, 1, 'ann', quotes.join('\n\ntext\n\n'));
    const { text } = await read('/octo/shop/issues/1');
    expect(text).toContain(
      '<blockquote class="alert-warning">\n<p><strong>Warning</strong><br />\nTwo <strong>lines</strong><br />\nof it</p>',
    );
    expect(text).toContain('<blockquote>\n<p>[!NOTE] on the same line</p>');
    expect(text).toContain('<blockquote>\n<p>[!FOO]<br />');
  });

  it.each([
    ['/', 'octo/shop'],
    ['/octo/shop', 'README.md'],
    ['/octo/shop/issues', 'Add &lt;b&gt;tax&lt;/b&gt;'],
    ['/octo/shop/issues/1', '<a href="/octo/shop/issues/1">#1</a>'],
    ['/octo/shop/labels', 'aider'],
    ['/octo/shop/pulls', 'aider/issue-1'],
    ['/octo/shop/pull/2', 'this can be merged'],
    ['/octo/shop/tree/aider/issue-1/docs', 'prd'],
    ['/octo/shop/blob/aider/issue-1/docs/prd/tax.md', '<strong>Tax</strong>'],
    ['/octo/shop/blob/main/src/cart.js', '0 &lt; 1'],
    ['/octo/shop/compare/main...aider/issue-1', '1 ahead, 0 behind'],
    ['/octo/shop/actions', 'Workflow runs'],
  ])('shows %s and says that it is not github.com', async (path, expected) => {
    const { response, text } = await read(path);
    expect(response.status).toBe(200);
    expect(text).toContain(expected);
    expect(text).toContain('This is not github.com.');
    expect(response.headers.get('x-embedded-github')).toMatch(/not github.com/);
  });

  it('says so also where there is nothing', async () => {
    const { response, text } = await read('/octo/none');
    expect(response.status).toBe(404);
    expect(text).toContain('This is not github.com.');
  });

  it('lets nothing of a comment become script', async () => {
    const { response, text } = await read('/octo/shop/pull/2');
    expect(text).toContain('<details><summary>More</summary>');
    expect(text).not.toMatch(/<script>|<[^>]*onerror|href="javascript:/);
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  describe('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await startChromium();
    }, 30_000);
    afterAll(async () => {
      await browser.close();
    });

    const open = async (path: string): Promise<{ page: Page; foreign: string[] }> => {
      const page = await browser.newPage();
      const foreign: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(rig.github.serverUrl)) foreign.push(request.url());
      });
      await page.goto(rig.github.serverUrl + path);
      return { page, foreign };
    };

    it('draws Mermaid, tables and details without leaving the machine', async () => {
      const { page, foreign } = await open('/octo/shop/pull/2');
      await page.waitForSelector('html[data-mermaid=done]');
      expect(await page.locator('pre.mermaid svg text', { hasText: 'agent-1' }).count()).toBe(1);
      expect(await page.locator('.markdown table td', { hasText: 'landed' }).count()).toBe(1);
      await page.getByText('More').click();
      expect(await page.locator('details input[type=checkbox]').isChecked()).toBe(true);
      expect(await page.title()).toBe('Tax #2 · Embedded GitHub');
      expect(foreign).toEqual([]);
    }, 20_000);
  });
});
