//! std::thread, std::sync, thread locals, unwinding.
use std::cell::RefCell;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Barrier, Condvar, Mutex, Once, RwLock};
use std::time::{Duration, Instant};

#[test]
fn many_threads_share_a_counter() {
    let total = Arc::new(Mutex::new(0u64));
    let barrier = Arc::new(Barrier::new(32));
    let threads: Vec<_> = (0..32)
        .map(|_| {
            let (total, barrier) = (total.clone(), barrier.clone());
            std::thread::spawn(move || {
                barrier.wait();
                for _ in 0..1000 {
                    *total.lock().unwrap() += 1;
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(*total.lock().unwrap(), 32_000);
}

#[test]
fn conditions_wake_and_time_out() {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let other = pair.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        *other.0.lock().unwrap() = true;
        other.1.notify_all();
    });
    let guard = pair.1.wait_while(pair.0.lock().unwrap(), |ready| !*ready).unwrap();
    assert!(*guard);
    let begin = Instant::now();
    let (_guard, result) = pair.1.wait_timeout(guard, Duration::from_millis(30)).unwrap();
    assert!(result.timed_out() && begin.elapsed() >= Duration::from_millis(29));
    thread.join().unwrap();
}

#[test]
fn channels_keep_order_and_notice_the_end() {
    let (sender, receiver) = mpsc::sync_channel(4);
    let thread = std::thread::spawn(move || (0..1000).for_each(|i| sender.send(i).unwrap()));
    assert!(receiver.iter().eq(0..1000));
    assert!(receiver.recv_timeout(Duration::from_millis(1)).is_err());
    thread.join().unwrap();
}

#[test]
fn panics_unwind_through_frames_and_threads() {
    struct Counted<'a>(&'a AtomicUsize);
    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    fn deep(depth: usize, count: &AtomicUsize) -> usize {
        let _counted = Counted(count);
        if depth == 0 {
            std::panic::resume_unwind(Box::new("bottom"));
        }
        deep(depth - 1, count) + 1
    }
    let count = AtomicUsize::new(0);
    let caught = catch_unwind(AssertUnwindSafe(|| deep(200, &count))).unwrap_err();
    assert_eq!(*caught.downcast_ref::<&str>().unwrap(), "bottom");
    assert_eq!(count.load(Ordering::SeqCst), 201);
    assert!(std::thread::spawn(|| std::panic::resume_unwind(Box::new(5))).join().is_err());
    let poisoned = Arc::new(Mutex::new(()));
    let other = poisoned.clone();
    let _ = std::thread::spawn(move || {
        let _guard = other.lock().unwrap();
        std::panic::resume_unwind(Box::new(()));
    })
    .join();
    assert!(poisoned.is_poisoned());
}

#[test]
fn thread_locals_are_own_and_dropped() {
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    struct Local;
    impl Drop for Local {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, Ordering::SeqCst);
        }
    }
    thread_local!(static LOCAL: RefCell<Option<Local>> = RefCell::new(None));
    for _ in 0..4 {
        std::thread::spawn(|| LOCAL.with(|local| assert!(local.borrow_mut().replace(Local).is_none()))).join().unwrap();
    }
    assert_eq!(DROPPED.load(Ordering::SeqCst), 4);
}

#[test]
fn once_and_readers() {
    static ONCE: Once = Once::new();
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let lock = RwLock::new(1);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                ONCE.call_once(|| {
                    RUNS.fetch_add(1, Ordering::SeqCst);
                });
                assert!(*lock.read().unwrap() >= 1);
                *lock.write().unwrap() += 1;
            });
        }
    });
    assert_eq!((RUNS.load(Ordering::SeqCst), *lock.read().unwrap()), (1, 9));
}
