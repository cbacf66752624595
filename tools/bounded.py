"""subprocess.run with a limit that also ends what the command started."""

import os
import signal
import subprocess


def run(arguments, timeout, **options):
    """As subprocess.run(..., check=False); behind `timeout` seconds everything of the command's session is killed, and TimeoutExpired raised."""
    with subprocess.Popen(arguments, start_new_session=True, **options) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)
