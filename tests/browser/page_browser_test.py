"""The page in a real browser, served by page_demo with invented values."""
import subprocess
import sys
import unittest

from browser import Browser, find_chromium

PAGE_DEMO = ""


class PageTest(unittest.TestCase):
    def serve(self, scene):
        """Starts page_demo; the address with the token."""
        self.demo = subprocess.Popen([PAGE_DEMO, scene], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop_serving)
        return self.demo.stdout.readline().strip()

    def stop_serving(self):
        self.demo.stdin.close()
        self.demo.wait(timeout=20)
        self.demo.stdout.close()

    def browse(self, url):
        browser = Browser(find_chromium())
        self.addCleanup(browser.close)
        browser.open(url)
        return browser

    def test_shows_trials_and_points_and_hides_the_token(self):
        page = self.browse(self.serve("demo") + "#/sweeps/quickstart")
        page.wait("document.querySelectorAll('#trials tbody tr').length === 8")
        page.wait("document.querySelectorAll('#front-plot .point').length === 4")
        page.wait("document.querySelectorAll('#curve-plot .curve').length === 7")
        self.assertEqual(page.run("document.querySelector('#connection').textContent"), "Live")
        self.assertEqual(page.run("document.querySelectorAll('#front-plot .dense-line, #front-plot .kept-line').length"
                                  " - document.querySelectorAll('#front-plot .legend line').length"), 2)
        row = page.run("[...document.querySelectorAll('#trials tbody tr')][5].innerText")
        for text in ("t-000045", "running", "soft movement", "λ 1300", "214 / 300", "487", "27.1 %", "0.6710"):
            self.assertIn(text, row)
        self.assertIn("the loss is not finite", page.run("document.querySelector('#trials').innerText"))
        self.assertNotIn("token", page.run("location.href"))
        self.assertEqual(page.errors, [])

    def test_sorts_and_chooses_curves(self):
        page = self.browse(self.serve("demo") + "#/sweeps/wordnet-3-layers")
        page.wait("document.querySelectorAll('#trials tbody tr').length === 33")
        page.run("[...document.querySelectorAll('#trials th button')].find((b) => b.innerText.includes('Score')).click()")
        first = "document.querySelector('#trials tbody tr').innerText"
        self.assertIn("0.4880", page.run(first))
        page.run("document.querySelector('#trials th[aria-sort] button').click()")
        self.assertIn("0.7600", page.run(first))
        self.assertEqual(page.run("document.querySelector('#trials th[aria-sort]').getAttribute('aria-sort')"),
                         "descending")
        page.run("document.querySelector('#trials tbody input').click()")
        page.wait("document.querySelectorAll('#curve-plot .curve').length === 1")
        page.run("document.querySelector('#metric').value = 'loss';"
                 "document.querySelector('#metric').dispatchEvent(new Event('change'))")
        page.wait("document.querySelector('#curve-plot .axes').textContent.includes('loss')")
        self.assertEqual(page.errors, [])

    def test_explains_a_point_on_focus(self):
        page = self.browse(self.serve("demo") + "#/sweeps/wordnet-3-layers")
        page.wait("document.querySelectorAll('#front-plot .point').length === 33")
        page.run("document.querySelector('#front-plot [data-trial=\"t-000025\"]').focus()")
        tip = page.wait("!document.querySelector('#tooltip').hidden && document.querySelector('#tooltip').innerText")
        for text in ("t-000025", "soft movement", "λ 2000", "11.6 %", "0.7240"):
            self.assertIn(text, tip)

    def test_shows_hostile_names_as_text(self):
        page = self.browse(self.serve("demo"))
        name = page.wait("!document.querySelector('#sweep').hidden && document.querySelector('#sweep-name').textContent")
        self.assertEqual(name, "<img src=x onerror=alert(1)>")
        self.assertEqual(page.run("document.querySelectorAll('main img, main b').length"), 0)
        self.assertIn("<b>minilm</b>", page.run("document.querySelector('#sweep-error').textContent"))
        self.assertEqual(page.errors, [])

    def test_loads_when_there_is_nothing(self):
        page = self.browse(self.serve("empty"))
        page.wait("!document.querySelector('#empty').hidden && document.querySelector('#sweep').hidden")
        self.assertEqual(page.errors, [])

    def test_says_when_the_connection_is_lost(self):
        page = self.browse(self.serve("demo") + "#/sweeps/quickstart")
        page.wait("document.querySelectorAll('#trials tbody tr').length === 8")
        self.demo.stdin.close()
        self.demo.wait(timeout=20)
        page.wait("document.querySelector('#connection').textContent.startsWith('Connection lost')")
        self.assertEqual(page.run("document.querySelectorAll('#trials tbody tr').length"), 8)


if __name__ == "__main__":
    if find_chromium() is None:
        print("skipped: no chromium on this machine")
        sys.exit(77)
    PAGE_DEMO = sys.argv.pop(1)
    unittest.main()
