"""Suite of synchronization/fundamentals: `run_exclusively`, `Account` and `transfer`."""

from grader.lab import Seen, call, check, expect, explore, job, jobs, number

FIVE_JOBS = call("run_exclusively", jobs(5, seconds=2))
# More than a pool has threads that isn't told how many, on any machine.
FORTY_JOBS = call("run_exclusively", jobs(40, seconds=0.25))
ONE_THAT_FAILS = call("run_exclusively", jobs(job(1), job(2), job(1, fails=True), job(2), job(1)))


def two_jobs(student, first, second):
    """Run two jobs, each of which takes a second."""
    import time

    def job(result):
        def do():
            time.sleep(1)
            return result

        return do

    return student.run_exclusively([job(first), job(second)])


def deposit_and_withdraw(student, start, more, less):
    """One thread puts money in, another one takes some out."""
    from grader.simulation import run_together

    account = student.Account(start)
    _, taken = run_together(lambda: account.deposit(more), lambda: account.withdraw(less))
    return [taken, account.balance]


def withdraw_twice(student, start, first, second):
    """Two threads take money out, which is enough for one of them; some is put in again, and then all is taken."""
    from grader.simulation import run_together

    account = student.Account(start)
    taken = run_together(lambda: account.withdraw(first), lambda: account.withdraw(second))
    account.deposit(first)
    balance = account.balance
    return [taken, balance, account.withdraw(balance), account.balance]


def transfer_amid_others(student, start, other, moved, less):
    """One thread moves money, another uses both accounts, with enough for one of the two; then the rest is moved."""
    from grader.simulation import run_together

    source, target = student.Account(start), student.Account(other)

    def use_both():
        target.deposit(less)
        return source.withdraw(less)

    done = run_together(lambda: student.transfer(source, target, moved), use_both)
    left = [source.balance, target.balance]
    return [done, *left, student.transfer(source, target, left[0]), source.balance]


def transfer_both_ways(student, start, there, back):
    """One thread moves money to an account as rich, another one moves some back; then one moves to itself all it has.

    Return what came of that, and of moving to itself more than it has, and what is in it then but wasn't before.
    """
    from grader.simulation import run_together

    one, two = student.Account(start), student.Account(start)
    run_together(lambda: student.transfer(one, two, there), lambda: student.transfer(two, one, back))
    balance = one.balance
    moved = [student.transfer(one, one, balance), student.transfer(one, one, balance + 1)]
    return [*moved, one.balance - balance]


def separate_accounts(student, amount):
    """Two threads each use two accounts of their own; return how long the one took that nobody stopped."""
    import time

    from grader.simulation import run_together

    def use(one, two):
        began = time.monotonic()
        one.deposit(amount)
        one.withdraw(amount)
        student.transfer(one, two, amount)
        return time.monotonic() - began

    accounts = [student.Account(amount) for _ in range(4)]
    return min(run_together(lambda: use(*accounts[:2]), lambda: use(*accounts[2:])))


IN_ANY_ORDER = explore(
    two_jobs, number(10, 49), number(50, 99), words="run_exclusively([2 jobs of 1 s])", preemptions=1
)
BOTH = explore(
    deposit_and_withdraw,
    number(50, 99),
    number(10, 49),
    number(10, 49),
    words="deposit() in one thread, withdraw() in another, of one account",
)
TWO_TAKE = explore(
    withdraw_twice,
    number(50, 79),
    number(40, 49),
    number(40, 49),
    words="withdraw() in two threads, of one account; then deposit(), and withdraw() of all that is there",
)
AMID_OTHERS = explore(
    transfer_amid_others,
    number(50, 79),
    number(10, 99),
    number(40, 49),
    number(40, 49),
    words="transfer(a, b) in one thread; b.deposit(), then a.withdraw() in another; then transfer(a, b) of the rest",
)
BOTH_WAYS = explore(
    transfer_both_ways,
    number(50, 99),
    number(1, 49),
    number(1, 49),
    words="transfer(a, b) in one thread, transfer(b, a) in another; then transfer(a, a)",
)
APART = explore(
    separate_accounts,
    number(10, 99),
    words="two threads, each with two accounts of its own; one of them is stopped for 1 s, at any of its steps",
    preemptions=1,
    stall=1,
)


@check("Never two jobs at once: five jobs of 2 s take 10 s", task=1, points=2, scenario=FIVE_JOBS)
def test_one_at_a_time(seen: Seen) -> None:
    """Each job runs once, the jobs exclude each other, and no time passes between them."""
    expect.returned(seen)
    expect.at_work(seen)
    expect.once_each(seen)
    expect.one_at_a_time(seen, seconds=10)


@check("A thread for each job, all started before the first job ends", task=1, points=1, scenario=FORTY_JOBS)
def test_threads_start_first(seen: Seen) -> None:
    """Forty threads are there at once: one runs its job, the others wait for their turn."""
    expect.returned(seen)
    expect.started_first(seen)


@check("Results come in job order, whichever runs first", task=1, points=1, scenario=IN_ANY_ORDER)
def test_results_in_job_order(seen: Seen) -> None:
    """Nobody promises that the first thread runs first: in every order of the threads, result 1 is that of job 1."""
    results = seen.arguments
    expect.in_every_order(
        seen,
        [results],
        "The results are not always in job order.",
        "How does each result find its own place in the list, whichever thread comes first?",
        told=lambda value: _whose_results(value, results),
    )


@check("A job that raises gives way to the others, and its error comes out", task=1, points=1, scenario=ONE_THAT_FAILS)
def test_failure_gives_way(seen: Seen) -> None:
    """All five jobs run although the third one fails; its error is raised in the end, and no thread is left."""
    expect.raised_by(seen, 2)
    expect.all_done(seen)
    expect.nothing_left(seen)


@check("A deposit and a withdrawal at once: no change is lost", task=2, points=1, scenario=BOTH)
def test_no_change_is_lost(seen: Seen) -> None:
    """In every order of the two threads' steps, both changes are in the balance."""
    start, more, less = seen.arguments
    expect.in_every_order(
        seen,
        [[True, start + more - less]],
        "A change of the balance was lost.",
        "What may another thread do between the read and the write?",
        told=_withdrawn,
    )


@check("Two withdrawals at once: the account is never overdrawn", task=2, points=1, scenario=TWO_TAKE)
def test_never_overdrawn(seen: Seen) -> None:
    """In every order, one of the two gets its money and the other one gets False; and who asks for all gets all."""
    start, first, second = seen.arguments
    is_refused = _is_refused(seen, 2)
    expect.in_every_order(
        seen,
        [[[True, False], start, True, 0], [[False, True], start - second + first, True, 0]],
        "All that was there could not be withdrawn."
        if is_refused
        else "The account was overdrawn, or a withdrawal was lost.",
        "What does withdraw() return if exactly as much is there?"
        if is_refused
        else "Can the balance change after it was looked at, and before it is changed?",
        told=_both_withdrawn,
    )


@check("A transfer amid other changes: no money appears or vanishes", task=3, points=1, scenario=AMID_OTHERS)
def test_money_is_conserved(seen: Seen) -> None:
    """In every order, either the transfer or the withdrawal is done, and the other one refused; the deposit is done."""
    start, other, moved, less = seen.arguments
    is_refused = _is_refused(seen, 3)
    expect.in_every_order(
        seen,
        [
            [[True, False], start - moved, other + moved + less, True, 0],
            [[False, True], start - less, other + less, True, 0],
        ],
        "All that was there could not be moved." if is_refused else "Money appeared or vanished.",
        "What does transfer() return if exactly as much is there?"
        if is_refused
        else "Is all that belongs to a transfer protected, the look at the balance included?",
        told=_moved,
    )


@check("Transfers in opposite directions never wait for each other for ever", task=3, points=1, scenario=BOTH_WAYS)
def test_never_stuck(seen: Seen) -> None:
    """In every order, both transfers end, and so do those from an account to itself, which move nothing."""
    expect.never_stuck(seen)
    expect.in_every_order(
        seen,
        [[True, False, 0]],
        "A transfer from an account to itself went wrong.",
        "What does transfer() do, and return, if source and target are the same account?",
        told=_moved_to_itself,
    )


@check("Whoever uses one account doesn't wait for who uses another", task=3, points=1, scenario=APART)
def test_separate_accounts(seen: Seen) -> None:
    """Wherever one thread is stopped for a second, the other one, with other accounts, goes on at once."""
    expect.in_every_order(
        seen,
        [0.0],
        "Threads that use different accounts had to wait for each other.",
        "Which lock do all accounts share?",
        told=_waited,
    )


def _whose_results(value, results):
    if isinstance(value, list) and value and all(item in results for item in value):
        return f"the results are those of jobs {', '.join(str(results.index(item) + 1) for item in value)}"
    return f"it came to {value!r}"


def _withdrawn(value):
    match value:
        case [taken, balance]:
            return f"withdraw() returned {taken!r}, and the balance is {balance!r}"
    return f"it came to {value!r}"


def _is_refused(seen, position):
    """Tell whether what was asked for in the end, which is all that was there, was refused in every order."""
    explored = seen.observation.explored
    values = [outcome.value for outcome in explored.outcomes] if explored is not None else []
    return all(isinstance(value, list) and value[position : position + 1] != [True] for value in values)


def _both_withdrawn(value):
    match value:
        case [[first, second], balance, rest, empty]:
            told = f"withdraw() returned {first!r} and {second!r}, and the balance is {balance!r}"
            wrong = f", but withdraw({balance!r}) returned {rest!r} and left {empty!r}"
            return told if [rest, empty] == [True, 0] else told + wrong
    return f"it came to {value!r}"


def _moved(value):
    match value:
        case [[first, second], source, target, rest, empty]:
            told = (
                f"transfer() returned {first!r} and withdraw() {second!r}; the balances are {source!r} and {target!r}"
            )
            wrong = f", but transfer(a, b, {source!r}) returned {rest!r} and left {empty!r}"
            return told if [rest, empty] == [True, 0] else told + wrong
    return f"it came to {value!r}"


def _moved_to_itself(value):
    match value:
        case [everything, more, change]:
            balance = f"changed by {change!r}" if change else "stayed the same"
            return (
                f"transfer() of all that was there returned {everything!r}, of 1 more {more!r}, "
                f"and the balance {balance}"
            )
    return f"it came to {value!r}"


def _waited(value):
    return f"the other thread took {value:g} s" if isinstance(value, float) else f"it came to {value!r}"
