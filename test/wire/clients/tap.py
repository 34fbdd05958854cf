"""What the Python clients share: where the endpoint is, and lines of results for the shell to number."""
import os
import sys

HOST, PORT, DATABASE, USER, PASSWORD = (os.environ[name] for name in ('WIRE_HOST', 'WIRE_PORT', 'PGDATABASE',
    'WIRE_USER', 'WIRE_PASSWORD'))
failed = []


def same(got, want, claim):
    """Prints whether a claim holds."""
    if got == want:
        print('ok - ' + claim)
    else:
        failed.append(claim)
        print('not ok - {}\n# got:  {!r}\n# want: {!r}'.format(claim, got, want))


def failure(work, *arguments):
    """The exception that work ends with."""
    try:
        work(*arguments)
    except Exception as error:
        return error
    return AssertionError('nothing failed')


def end():
    """Exits with an error where a claim didn't hold."""
    sys.exit(1 if failed else 0)
