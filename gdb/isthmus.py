# SPDX-License-Identifier: BSD-2-Clause
# Commands of gdb for programs of Isthmus, and the step of its stacks that gdb does not know. What the
# commands show comes from the native tools, which read shared memory: the program is not asked.
import os
import subprocess

import gdb
import gdb.unwinder

try:
    isthmus_run
except NameError:
    isthmus_run = "build/run"
try:
    isthmus_core
except NameError:
    isthmus_core = None
try:
    isthmus_server
except NameError:
    isthmus_server = "/usr/share/win64/gdbserver.exe"


def tool(*args):
    """Output of a native tool, as text."""
    done = subprocess.run([isthmus_run] + list(args), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.stdout.decode("utf-8", "replace").replace("\r", "")


def winpid():
    """Windows process that is debugged, by its TEB: gdb may know it by a number of its own. 0: none."""
    try:
        return word(int(gdb.parse_and_eval("(long long)$_tlb")) + 0x40)
    except (gdb.error, gdb.MemoryError):
        return 0


def own_pid():
    """POSIX pid of the process that is debugged, as text; None: there is none."""
    pid = winpid()
    if not pid:
        return None
    for line in tool("ps", "-o", "winpid=,pid=").splitlines():
        words = line.split()
        if int(words[0]) == pid:
            return words[1]
    return None


class PosixInfo(gdb.Command):
    """One of the info commands: runs a tool on the process that is debugged, or on the one named."""

    def __init__(self, name, args, of_process, core=None):
        self.args, self.of_process, self.core = args, of_process, core
        super().__init__("info " + name, gdb.COMMAND_STATUS)

    def invoke(self, arg, from_tty):
        words = gdb.string_to_argv(arg)
        if isthmus_core and self.core and not words:
            gdb.write(section(tool("dumper", "-c", isthmus_core), self.core))
            return
        args = list(self.args)
        if self.of_process:
            pid = words[0] if words else own_pid()
            if not pid:
                raise gdb.GdbError("There is no process. Name one by its pid.")
            args += ["-p", pid]
        gdb.write(tool(*args))


def section(text, name):
    """The part of a core's text below a heading, or the lines that begin with one of several words."""
    if isinstance(name, tuple):
        return "".join(line + "\n" for line in text.splitlines() if line.startswith(name))
    lines = text.splitlines()
    if name not in lines:
        return ""
    lines = lines[lines.index(name) + 1:]
    return "\n".join(lines[:lines.index("")] if "" in lines else lines) + "\n"


class Trace(gdb.Command):
    """info trace [N]: the last N events (20) of the program, from its flight recorder."""

    def __init__(self):
        super().__init__("info trace", gdb.COMMAND_STATUS)

    def invoke(self, arg, from_tty):
        count = int(arg) if arg else 20
        if isthmus_core:
            text = tool("dumper", "-c", "-e", isthmus_core)
        else:
            pid = winpid()
            if not pid:
                raise gdb.GdbError("There is no process.")
            text = tool("dumper", "-W", "-e", str(pid))
        for line in text.splitlines()[-count:]:
            gdb.write(line + "\n")


# ---- children ----
# With follow-posix-child on, `fork_debug` is set in the program (runtime/proc/fork_debug.c). Its child then
# waits for a debugger, and the parent comes to fork_debug_parent, where a gdbserver is attached to the child,
# which becomes another inferior with the same breakpoints and goes on. The parent is held meanwhile, as gdb does
# it with forks of its own: `inferior 1` and `continue` let it go on.

servers = []


def serve(pid):
    """Starts a gdbserver on a Windows process; the port it listens on."""
    port = 30000 + (os.getpid() * 7 + len(servers) * 13) % 20000
    for port in range(port, port + 20):
        server = subprocess.Popen([isthmus_run, isthmus_server, "--once", "localhost:%d" % port, "--attach", str(pid)],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  start_new_session=True)
        for line in server.stderr:
            if line.startswith(b"Listening on port"):
                servers.append(server)
                return port
        server.wait()
    raise gdb.GdbError("gdbserver does not listen")


def end_servers(event):
    for server in servers:
        server.terminate()


gdb.events.gdb_exiting.connect(end_servers)


class ForkBreakpoint(gdb.Breakpoint):
    """Where the parent says that there is a child."""

    def __init__(self):
        super().__init__("fork_debug_parent", internal=True)
        self.silent = True
        self.commands = "isthmus-follow"


class IsthmusFollow(gdb.Command):
    """Used by follow-posix-child: makes the new child another inferior."""

    def __init__(self):
        super().__init__("isthmus-follow", gdb.COMMAND_RUNNING)

    def invoke(self, arg, from_tty):
        frame = gdb.selected_frame()
        pid, winpid = int(frame.read_var("pid")), int(frame.read_var("winpid"))
        parent = gdb.selected_inferior()
        program = parent.progspace.filename
        port = serve(winpid)
        gdb.execute("add-inferior -no-connection", to_string=True)
        child = max(i.num for i in gdb.inferiors())
        gdb.execute("inferior %d" % child, to_string=True)
        gdb.execute("file %s" % program, to_string=True)
        gdb.execute("target remote localhost:%d" % port, to_string=True)
        gdb.execute("set var fork_debug_hold = 0", to_string=True)
        gdb.write("[Inferior %d is process %d, forked by inferior %d, which is held]\n" % (child, pid, parent.num))
        gdb.execute("continue") # commands that stand behind this one would be the parent's


class FollowPosixChild(gdb.Parameter):
    """Whether children of fork are debugged, too: each becomes an inferior that stops at the same breakpoints."""

    set_doc = "Set whether children of fork are debugged, too."
    show_doc = "Show whether children of fork are debugged, too."

    def __init__(self):
        self.value = False
        self.breakpoint = None
        super().__init__("follow-posix-child", gdb.COMMAND_RUNNING, gdb.PARAM_BOOLEAN)

    def get_set_string(self):
        if self.value and not self.breakpoint:
            self.breakpoint = ForkBreakpoint()
            gdb.events.new_objfile.connect(self.loaded)
        elif not self.value and self.breakpoint:
            gdb.events.new_objfile.disconnect(self.loaded)
            self.breakpoint.delete()
            self.breakpoint = None
        self.tell()
        return ""

    def loaded(self, event):
        if event.new_objfile.filename.endswith("isthmus1.dll"):
            self.tell()

    def tell(self):
        try:
            gdb.execute("set var fork_debug = %d" % self.value, to_string=True)
        except gdb.error:
            pass # the runtime is not there yet


class FollowPosixChildCommand(gdb.Command):
    """follow-posix-child [on|off]: the same as set follow-posix-child."""

    def __init__(self):
        super().__init__("follow-posix-child", gdb.COMMAND_RUNNING)

    def invoke(self, arg, from_tty):
        gdb.execute("set follow-posix-child " + (arg or "on"))


IsthmusFollow()
FollowPosixChild()
FollowPosixChildCommand()

PosixInfo("posix-processes", ["ps", "--tree", "-o", "pid,ppid,pgid,winpid,tty,s,reason,args"], False)
PosixInfo("posix-fds", ["ps", "--fd", "-o", "pid,name"], True, "descriptors")
PosixInfo("posix-threads", ["ps", "--threads", "-o", "pid,thr,name"], True)
PosixInfo("posix-signals", ["ps", "-o", "pid,blocked,pending,caught,ignored"], True,
          ("blocked", "pending", "caught", "ignored"))
PosixInfo("posix-mounts", ["mount"], False)
Trace()


# ---- stacks ----
# A call of the runtime returns to `sys_return`, which goes on at the first word of the thread's struct
# thread. While a handler runs on top of such a call, the word is kept in a list (runtime/signal/deliver.c).

def address(name):
    symbol = gdb.lookup_minimal_symbol(name) if hasattr(gdb, "lookup_minimal_symbol") else None
    if symbol:
        return int(symbol.value().address)
    try:
        return int(gdb.parse_and_eval("(long long)&" + name))
    except gdb.error:
        return 0


def word(at):
    data = gdb.selected_inferior().read_memory(at, 8)
    return int.from_bytes(bytes(data), "little")


class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class RuntimeUnwinder(gdb.unwinder.Unwinder):
    """From the runtime back to the program."""

    def __init__(self):
        super().__init__("isthmus")
        self.back = None

    def __call__(self, frame):
        if isthmus_core:
            return None # dumper has put the right addresses into the core
        pc = int(frame.read_register("rip"))
        if not 0x110000000 <= pc < 0x170000000:
            return None
        if self.back is None:
            self.back = address("sys_return") or None
        if pc != self.back:
            return None
        try:
            return self.step(frame, int(frame.read_register("rsp")))
        except (gdb.error, gdb.MemoryError):
            return None

    def step(self, frame, sp):
        slot = int.from_bytes(bytes(gdb.selected_inferior().read_memory(address("tls_teb_offset"), 4)), "little")
        thread = word(int(gdb.parse_and_eval("(long long)$_tlb")) + slot)
        back = word(thread)
        offset = int(gdb.parse_and_eval("(int)&((struct thread *)0)->ret_saved"))
        saved = word(thread + offset)
        while saved and saved < sp: # of calls further out than this one's handler
            kept = word(saved)
            saved = word(saved + 8)
            if kept > 1:
                back = kept
        if back <= 1:
            return None
        unwind = frame.create_unwind_info(FrameId(gdb.Value(sp), gdb.Value(self.back)))
        unwind.add_saved_register("rip", gdb.Value(back))
        unwind.add_saved_register("rsp", gdb.Value(sp))
        for name in ("rbx", "rbp", "rsi", "rdi", "r12", "r13", "r14", "r15"):
            unwind.add_saved_register(name, frame.read_register(name))
        return unwind


gdb.unwinder.register_unwinder(None, RuntimeUnwinder(), replace=True)
