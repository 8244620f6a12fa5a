"""The works of ci/perf: what is measured (suites), how (process, programs, session), and what is made of it
(stats, compare, report). Python's standard library only."""
