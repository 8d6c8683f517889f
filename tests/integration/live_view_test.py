"""`sparsweep run` on a pseudo-terminal: what a person sees."""
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

from sandbox import BIN, DEADLINE, TRAINER, Sandbox, main


class Screen:
    """As much of a terminal as the live view uses: text, colours, up, clear, hidden cursor."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines, self.row, self.column = [[" "] * columns], 0, 0
        self.cursor_visible, self.colored, self.in_picture, self.overflowed = True, False, False, False

    def feed(self, text):
        for piece in re.findall(r"\x1b\[[?0-9;]*[A-Za-z]|[^\x1b]", text):
            if len(piece) > 1:
                self.control(piece[2:-1], piece[-1])
            elif piece == "\r":
                self.column = 0
            elif piece == "\n":
                self.line_feed()
            else:
                if self.column == self.columns:
                    self.overflowed |= self.in_picture
                    self.line_feed()
                    self.column = 0
                self.lines[self.row][self.column] = piece
                self.column += 1

    def line_feed(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append([" "] * self.columns)

    def control(self, arguments, command):
        if command == "F":
            self.row, self.column = self.row - int(arguments), 0
            assert self.row >= max(0, len(self.lines) - self.rows), "went up beyond the screen"
        elif command == "K":
            self.lines[self.row][self.column:] = [" "] * (self.columns - self.column)
        elif command == "J":
            self.lines[self.row][self.column:] = [" "] * (self.columns - self.column)
            del self.lines[self.row + 1:]
        elif command == "m":
            self.colored = True
        elif arguments == "?25":
            self.cursor_visible = command == "h"
        elif arguments == "?2026":
            self.in_picture = command == "h"
        else:
            raise AssertionError(f"unknown control {arguments}{command}")

    def text(self):
        return "\n".join("".join(line).rstrip() for line in self.lines)


class LiveView(Sandbox):
    def start_on_terminal(self, columns, rows):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(BIN / "sparsweep", ["sparsweep", "run", "sweep.yaml", "--trainer", str(TRAINER)],
                      {**self.environment, "TERM": "xterm-256color"})
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.addCleanup(os.close, terminal)
        self.pid, self.terminal, self.screen, self.rest = pid, terminal, Screen(columns, rows), b""

    def read_until(self, condition):
        """Feeds the screen until `condition`, or to the end where it is None; returns the exit code then."""
        limit = time.monotonic() + DEADLINE
        while condition is None or not condition():
            self.assertLess(time.monotonic(), limit, self.screen.text())
            if not select.select([self.terminal], [], [], 1)[0]:
                continue
            try:
                self.rest += os.read(self.terminal, 65536)
            except OSError:  # the other end is closed
                self.assertIsNone(condition, self.screen.text())
                return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            # A character or a sequence may be cut at the end of what was read.
            whole, self.rest = re.fullmatch(rb"(?s)(.*(?:\n|\x1b\[\?2026l))?(.*)", self.rest).groups(b"")
            self.screen.feed(whole.decode())
        return None

    def test_table_bar_and_plot_to_the_end(self):
        self.environment["SPARSWEEP_STEP_MS"] = "20"
        self.start_on_terminal(100, 40)
        # The plot follows the table by one poll.
        self.read_until(lambda: re.search(r"t-000001 .* done", self.screen.text()) and "● dense" in self.screen.text())
        picture = self.screen.text()
        self.assertFalse(self.screen.cursor_visible)
        self.assertTrue(self.screen.colored)
        self.assertRegex(picture, r"trial +method +target +step +ex/s +ETA +density +accuracy +state")
        self.assertRegex(picture, r"t-000001  dense +█{10}  40/40 +100 % +0\.\d{3}  done")
        self.assertRegex(picture, r"ex/s  \d+:\d\d elapsed  ETA")
        self.assertIn("accuracy against remaining weights", picture)
        self.assertIn("● dense", picture)
        self.assertEqual(self.read_until(None), 0)
        self.screen.feed(self.rest.decode())
        self.assertTrue(self.screen.cursor_visible)
        self.assertFalse(self.screen.overflowed)
        end = self.screen.text()
        self.assertEqual(len(re.findall(r"^trial +method +target", end, re.M)), 1, end)  # one picture, drawn over and over
        self.assertIn("5 of 5 trials", end)
        self.assertIn("front of small", end)

    def test_eighty_columns(self):
        self.start_on_terminal(80, 24)
        self.assertEqual(self.read_until(None), 0)
        self.assertFalse(self.screen.overflowed)
        self.assertIn("5 of 5 trials", self.screen.text())

    def test_ctrl_c_gives_the_cursor_back(self):
        self.environment["SPARSWEEP_STEP_MS"] = "50"
        self.start_on_terminal(100, 40)
        self.read_until(lambda: "running" in self.screen.text() and not self.screen.cursor_visible)
        os.write(self.terminal, b"\x03")
        self.assertEqual(self.read_until(None), 130)
        self.screen.feed(self.rest.decode())
        self.assertTrue(self.screen.cursor_visible)
        self.assertIn("go on with `sparsweep run sweep.yaml`", self.screen.text())
        self.assertEqual(self.processes(), [])

    def test_resized_while_it_runs(self):
        self.environment["SPARSWEEP_STEP_MS"] = "20"
        self.start_on_terminal(100, 40)
        self.read_until(lambda: "t-000001" in self.screen.text())
        self.screen = Screen(60, 30)  # what is drawn from now on fits the new size
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 60, 0, 0))
        self.screen.lines = [[" "] * 60 for _ in range(30)]
        self.screen.row = 29
        self.read_until(lambda: "5 of 5 trials" in self.screen.text())
        self.assertEqual(self.read_until(None), 0)

    def test_no_color(self):
        self.environment["NO_COLOR"] = "1"
        self.start_on_terminal(100, 40)
        self.assertEqual(self.read_until(None), 0)
        self.assertFalse(self.screen.colored)
        self.assertIn("5 of 5 trials", self.screen.text())

    def test_dumb_terminal_gets_lines(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(BIN / "sparsweep", ["sparsweep", "run", "sweep.yaml", "--trainer", str(TRAINER)],
                      {**self.environment, "TERM": "dumb"})
        self.addCleanup(os.close, terminal)
        output = b""
        while True:
            try:
                output += os.read(terminal, 65536)
            except OSError:
                break
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        self.assertNotIn(b"\x1b", output)
        self.assertIn(b"t-000001 dense: succeeded", output)


if __name__ == "__main__":
    main()
