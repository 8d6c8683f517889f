"""test_summary.py REPORT: names what failed or was skipped in a JUnit report; the last line counts."""
import re
import sys
import xml.etree.ElementTree as xml

suite = xml.parse(sys.argv[1]).getroot()
failed, skipped = [], []
for case in suite.iter("testcase"):
    if case.get("status") == "fail" or case.find("failure") is not None:
        failed.append(case.get("name"))
    elif case.find("skipped") is not None:
        output = case.findtext("system-out") or ""
        reason = re.search(r"(?im)^.*skip[^\n]*$", output)
        skipped.append((case.get("name"), reason.group(0).strip() if reason else case.find("skipped").get("message")))
for name, reason in skipped:
    print(f"skipped: {name}: {reason}")
for name in failed:
    print(f"failed: {name}")
total = len(list(suite.iter("testcase")))
line = f"{total - len(failed) - len(skipped)} passed, {len(failed)} failed"
print(line + (f", {len(skipped)} skipped" if skipped else ""))
sys.exit(1 if failed or total == 0 else 0)
