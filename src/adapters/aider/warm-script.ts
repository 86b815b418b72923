/**
 * A Python that has loaded Aider and forks it for each message (aider.md, "A warm start"). It is the second process of
 * a sandbox and never touches the clone itself.
 *
 * Lines of JSON, one for one: it says `{"ready": true}` when everything is loaded; takes `{"args", "env", "output"}`
 * (Aider's arguments, what is added to the environment, the file both its streams are appended to) and says
 * `{"exit": n}` (negative: the signal) when that Aider and every process it left behind are gone. It ends when its
 * input ends.
 *
 * No state passes from one message to the next: each is a fork of the parent as it was when it was ready. The parent
 * is closed to its children (not dumpable: no debugger, no /proc/<pid>/fd), so that what it says is its own word.
 *
 * What is loaded is what a message of the plain start loads: `aider.main` at once, the rest on its way. The
 * environment at that time is the message's but for the gateway's variables, which nothing reads while it is loaded
 * (measured: every name looked up in `os.environ` during these imports). It runs as `python -s -c`.
 */
export const warmScript = String.raw`
import sys

# The folder it is started in becomes the clone: nothing is ever to be imported from there.
sys.path[:] = [folder for folder in sys.path if folder]

import atexit, os


class End:
    # Of a message's process, once Aider has said it; None in the parent.
    status = None

    @classmethod
    def now(cls):
        # Registered first, so it runs after everybody else's. Taking apart what was loaded would only take time, and
        # not in the order of a process that has loaded it itself.
        if cls.status is not None:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(cls.status)


atexit.register(End.now)

import asyncio, ctypes, fcntl, gc, importlib, json, signal, socket, tempfile, time, traceback

PR_SET_DUMPABLE = 4

# Standard input and output become those of Aider; the orders keep descriptors of their own, lost on exec.
orders = os.fdopen(fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 64), "rb")
answers = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 64)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)


def say(answer):
    os.write(answers, (json.dumps(answer) + "\n").encode())


def set_dumpable(value):
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, value, 0, 0, 0)


def load():
    # Nearly nothing that is made now is ever thrown away: to look for it takes a fifth of the time.
    gc.disable()
    # A thread of a library would not survive a fork.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for name in ("aider.main", "aider.coders", "httpx", "litellm", "networkx", "numpy"):
        importlib.import_module(name)
    # Loaded only by a request; another release may have them elsewhere.
    for name in (
        "httpcore._sync.connection_pool",
        "httpcore._backends.sync",
        "jiter",
        "litellm._service_logger",
        "litellm.litellm_core_utils.default_encoding",
        "litellm.litellm_core_utils.get_supported_openai_params",
        "litellm.litellm_core_utils.llm_request_utils",
        "litellm.litellm_core_utils.token_counter",
        "litellm.llms.openai.chat.gpt_audio_transformation",
        "litellm.llms.openai_like.dynamic_config",
        "openai.lib.streaming.chat",
        "openai.resources",
        "openai.resources.beta.chatkit",
        "openai.resources.beta.realtime",
        "socksio",
        "tiktoken_ext.openai_public",
    ):
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    remember_own_models()
    # Pages that are never written stay shared with every fork.
    gc.freeze()
    gc.enable()


def remember_own_models():
    # Aider reads its own table of models with a parser that takes 0.1 s of processor for it, at every start.
    try:
        import importlib.resources, json5

        text = importlib.resources.files("aider.resources").joinpath("model-metadata.json").read_text()
        parse, known = json5.loads, json5.loads(text)
        json5.loads = lambda given, *args, **named: known if given == text else parse(given, *args, **named)
    except Exception:
        pass


def listen():
    pairs = [pair.split("=", 1) for pair in os.environ.pop("SANDBOX_SOCKETS", "").split(",") if pair]
    return [(socket.create_server(("127.0.0.1", int(port)), backlog=64), path) for port, path in pairs]


def relay(listening):
    # In a process of its own: copies every connection to the unix socket that stands for its port.
    async def copy(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
            writer.write_eof()
        except OSError:
            writer.close()

    def to(path):
        async def connected(reader, writer):
            try:
                far_reader, far_writer = await asyncio.open_unix_connection(path)
                await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer))
                far_writer.close()
            except OSError:
                pass
            writer.close()

        return connected

    async def serve():
        for each, path in listening:
            await asyncio.start_server(to(path), sock=each)
        await asyncio.Event().wait()

    asyncio.run(serve())


def alone():
    # Everything else in this sandbox was sent SIGKILL, which also ends what is forked at the same time.
    until = time.monotonic() + 5
    while {int(name) for name in os.listdir("/proc") if name.isdigit()} - {1, os.getpid()}:
        if time.monotonic() > until:
            sys.exit("something in the sandbox cannot be ended")
        time.sleep(0.002)


def clear():
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        pass
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    alone()


def become(order, listening):
    # In the child: a process like that of a plain start.
    set_dumpable(1)
    os.setsid()
    for each, _ in listening:
        each.close()
    orders.close()
    os.close(answers)
    output = os.open(order["output"], os.O_WRONLY | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.environ.update(order["env"])
    # Libraries may have looked for a folder before HOME was there.
    tempfile.tempdir = None
    sys.argv = [sys.argv[1], *order["args"]]


def run_aider():
    # The exit status its console script would have.
    import aider.main

    try:
        said = aider.main.main()
    except SystemExit as end:
        said = end.code
    except BaseException:
        traceback.print_exc()
        return 1
    if said is None or isinstance(said, int):
        return int(said or 0) & 255
    print(said, file=sys.stderr)
    return 1


def main():
    # To end every process there is would end the machine's, were this not a sandbox.
    if os.getpid() != 2 or os.getppid() != 1:
        sys.exit("not in a sandbox of its own")
    listening = listen()
    load()
    set_dumpable(0)
    say({"ready": True})
    for line in orders:
        order = json.loads(line)
        if os.fork() == 0:
            relay(listening)
            os._exit(0)
        child = os.fork()
        if child == 0:
            become(order, listening)
            End.status = run_aider()
            return
        _, status = os.waitpid(child, 0)
        clear()
        say({"exit": os.waitstatus_to_exitcode(status)})


main()
`;
