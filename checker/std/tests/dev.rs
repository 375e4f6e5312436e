#![allow(unsafe_code)]
use std::collections::BTreeSet;
use unknot_std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use unknot_std::sync::*;
use unknot_std::{Builder, Kind, thread, hint, cell, panic};

fn both(name: &str, b: fn(Builder) -> Builder, f: fn() -> String) {
    let mut seen = vec![];
    for strategy in ["dpor", "dfs"] {
        let c = b(Builder::new().name(name).strategy(strategy).max_executions(300_000)).check(f);
        let r = c.report();
        let out: BTreeSet<String> = r.outcomes.iter().map(|o| format!("{:?}{:?}", o.value, o.ended)).collect();
        let kinds: BTreeSet<Kind> = r.findings.iter().map(|f| f.kind).collect();
        println!("{name:24} {strategy:5} {:7} {:?} {:?} {}", r.executions, out, kinds, c.verdict());
        if strategy == "dpor" { for f in &r.findings { println!("   {}", f.message); } }
        seen.push((out, kinds, r.executions));
    }
    assert_eq!((&seen[0].0, &seen[0].1), (&seen[1].0, &seen[1].1), "{name}");
}
struct Racy(cell::UnsafeCell<i32>, AtomicBool);
unsafe impl Sync for Racy {}
fn id(b: Builder) -> Builder { b }

#[test]
fn all() {
    both("mutex", id, || {
        let m = Arc::new(Mutex::new(0));
        let t: Vec<_> = (0..2).map(|i| { let m = m.clone(); thread::spawn(move || { let mut g = m.lock().unwrap(); *g = *g * 10 + i + 1; }) }).collect();
        for t in t { t.join().unwrap(); }
        let v = *m.lock().unwrap(); v.to_string()
    });
    both("deadlock", id, || {
        let a = Arc::new((Mutex::new(0), Mutex::new(0)));
        let b = a.clone();
        let t = thread::spawn(move || { let _x = b.0.lock().unwrap(); let _y = b.1.lock().unwrap(); });
        { let _y = a.1.lock().unwrap(); let _x = a.0.lock().unwrap(); }
        t.join().unwrap(); String::new()
    });
    both("static", id, || {
        static M: Mutex<Vec<i32>> = Mutex::new(vec![]);
        static A: AtomicUsize = AtomicUsize::new(5);
        let t = thread::spawn(|| { M.lock().unwrap().push(1); A.fetch_add(1, SeqCst); });
        M.lock().unwrap().push(2);
        A.fetch_add(1, SeqCst);
        t.join().unwrap();
        format!("{:?} {}", M.lock().unwrap(), A.load(SeqCst))
    });
    both("poison", |b| b.allow(Kind::Exception), || {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let t = thread::spawn(move || { let _g = n.lock().unwrap(); panic!("oh") });
        let seen = m.is_poisoned();
        let r = t.join();
        let text = *r.unwrap_err().downcast::<&str>().unwrap();
        format!("{seen} {text} {}", m.lock().is_err())
    });
    both("condvar", id, || {
        let p = Arc::new((Mutex::new(false), Condvar::new()));
        let q = p.clone();
        let t = thread::spawn(move || { *q.0.lock().unwrap() = true; q.1.notify_one(); });
        let mut g = p.0.lock().unwrap();
        while !*g { g = p.1.wait(g).unwrap(); }
        drop(g);
        t.join().unwrap(); String::new()
    });
    both("condvar hang", id, || {
        let p = Arc::new((Mutex::new(false), Condvar::new()));
        let q = p.clone();
        let t = thread::spawn(move || { q.1.notify_one(); });
        let g = p.0.lock().unwrap();
        drop(p.1.wait(g).unwrap());
        t.join().unwrap(); String::new()
    });
    both("condvar timeout", |b| b.timeouts(1), || {
        let p = Arc::new((Mutex::new(false), Condvar::new()));
        let q = p.clone();
        let t = thread::spawn(move || { *q.0.lock().unwrap() = true; q.1.notify_one(); });
        let g = p.0.lock().unwrap();
        let (g, r) = p.1.wait_timeout(g, std::time::Duration::from_millis(5)).unwrap();
        let s = format!("{} {}", *g, r.timed_out());
        drop(g);
        t.join().unwrap(); s
    });
    both("rwlock", id, || {
        let m = Arc::new(RwLock::new(0));
        let t: Vec<_> = (0..2).map(|_| { let m = m.clone(); thread::spawn(move || *m.read().unwrap()) }).collect();
        *m.write().unwrap() = 1;
        format!("{:?}", t.into_iter().map(|t| t.join().unwrap()).collect::<Vec<_>>())
    });
    both("rwlock twice", id, || {
        let m = RwLock::new(0);
        let _a = m.read().unwrap();
        let _b = m.read().unwrap();
        String::new()
    });
    both("arc count", id, || {
        let a = Arc::new(5);
        let b = a.clone();
        let t = thread::spawn(move || { let c = b.clone(); drop(b); drop(c); });
        let n = Arc::strong_count(&a);
        t.join().unwrap();
        n.to_string()
    });
    both("arc unwrap", id, || {
        let a = Arc::new(5);
        let b = a.clone();
        let t = thread::spawn(move || Arc::try_unwrap(b).is_ok());
        let x = Arc::try_unwrap(a).is_ok();
        format!("{x} {}", t.join().unwrap())
    });
    both("arc into_inner", id, || {
        let a = Arc::new(5);
        let b = a.clone();
        let t = thread::spawn(move || Arc::into_inner(b).is_some());
        let x = Arc::into_inner(a).is_some();
        format!("{x} {}", t.join().unwrap())
    });
    both("arc weak", id, || {
        let a = Arc::new(5);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || w.upgrade().map(|x| *x));
        drop(a);
        format!("{:?}", t.join().unwrap())
    });
    both("arc destructor", id, || {
        struct D(Arc<AtomicUsize>);
        impl Drop for D { fn drop(&mut self) { let v = self.0.load(SeqCst); self.0.store(v * 10 + 1, SeqCst); } }
        let n = Arc::new(AtomicUsize::new(0));
        let d = Arc::new(D(n.clone()));
        let (e, m) = (d.clone(), n.clone());
        let t = thread::spawn(move || { drop(e); let v = m.load(SeqCst); m.store(v * 10 + 2, SeqCst); });
        drop(d);
        let v = n.load(SeqCst); n.store(v * 10 + 3, SeqCst);
        t.join().unwrap();
        n.load(SeqCst).to_string()
    });
    both("cas", id, || {
        let a = Arc::new(AtomicUsize::new(0));
        let b = a.clone();
        let t = thread::spawn(move || { b.compare_exchange(0, 1, SeqCst, Relaxed).is_ok() });
        let x = a.compare_exchange(0, 2, SeqCst, Relaxed).is_ok();
        format!("{x} {} {}", t.join().unwrap(), a.load(SeqCst))
    });
    both("park", id, || {
        let f = Arc::new(AtomicBool::new(false));
        let g = f.clone();
        let me = thread::current();
        let t = thread::spawn(move || { g.store(true, SeqCst); me.unpark(); });
        while !f.load(SeqCst) { thread::park(); }
        t.join().unwrap(); String::new()
    });
    both("spin", id, || {
        let f = Arc::new(AtomicBool::new(false));
        let g = f.clone();
        let t = thread::spawn(move || { g.store(true, SeqCst); });
        while !f.load(SeqCst) { hint::spin_loop(); }
        t.join().unwrap(); String::new()
    });
    both("spin mutex", id, || {
        let f = Arc::new(Mutex::new(false));
        let g = f.clone();
        let t = thread::spawn(move || { *g.lock().unwrap() = true; });
        while !*f.lock().unwrap() { thread::yield_now(); }
        t.join().unwrap(); String::new()
    });
    both("spin in vain", id, || {
        let f = Arc::new(AtomicBool::new(false));
        while !f.load(SeqCst) { hint::spin_loop(); }
        String::new()
    });
    both("release acquire", id, || {
        let f = Arc::new(Racy(cell::UnsafeCell::new(0), AtomicBool::new(false)));
        let g = f.clone();
        let t = thread::spawn(move || { g.0.with_mut(|p| unsafe { *p = 1 }); g.1.store(true, Release); });
        let s = if f.1.load(Acquire) { f.0.with(|p| unsafe { *p }) } else { 9 };
        t.join().unwrap(); s.to_string()
    });
    both("relaxed", id, || {
        let f = Arc::new(Racy(cell::UnsafeCell::new(0), AtomicBool::new(false)));
        let g = f.clone();
        let t = thread::spawn(move || { g.0.with_mut(|p| unsafe { *p = 1 }); g.1.store(true, Relaxed); });
        let s = if f.1.load(Acquire) { f.0.with(|p| unsafe { *p }) } else { 9 };
        t.join().unwrap(); s.to_string()
    });
    both("fences", id, || {
        let f = Arc::new(Racy(cell::UnsafeCell::new(0), AtomicBool::new(false)));
        let g = f.clone();
        let t = thread::spawn(move || { g.0.with_mut(|p| unsafe { *p = 1 }); atomic::fence(Release); g.1.store(true, Relaxed); });
        let s = if f.1.load(Relaxed) { atomic::fence(Acquire); f.0.with(|p| unsafe { *p }) } else { 9 };
        t.join().unwrap(); s.to_string()
    });
    both("mpsc", id, || {
        let (tx, rx) = mpsc::channel();
        let t: Vec<_> = (0..2).map(|i| { let tx = tx.clone(); thread::spawn(move || tx.send(i).unwrap()) }).collect();
        drop(tx);
        let v: Vec<i32> = rx.iter().collect();
        for t in t { t.join().unwrap(); }
        format!("{v:?}")
    });
    both("mpsc try", id, || {
        let (tx, rx) = mpsc::channel();
        let t = thread::spawn(move || { _ = tx.send(1); });
        let s = format!("{:?} {:?}", rx.try_recv(), rx.try_recv());
        drop(rx);
        t.join().unwrap(); s
    });
    both("sync_channel", id, || {
        let (tx, rx) = mpsc::sync_channel(1);
        let t = thread::spawn(move || { let a = tx.send(1).is_ok(); let b = tx.try_send(2).is_ok(); format!("{a}{b}") });
        let a = rx.recv();
        drop(rx);
        format!("{a:?} {}", t.join().unwrap())
    });
    both("rendezvous", id, || {
        let (tx, rx) = mpsc::sync_channel(0);
        let t = thread::spawn(move || { let a = tx.send(1).is_ok(); let b = tx.send(2).is_ok(); format!("{a}{b}") });
        let a = rx.recv();
        drop(rx);
        format!("{a:?} {}", t.join().unwrap())
    });
    both("rendezvous gone", id, || {
        let (tx, rx) = mpsc::sync_channel::<i32>(0);
        let t = thread::spawn(move || drop(tx));
        let a = rx.recv();
        t.join().unwrap();
        format!("{a:?}")
    });
    both("once", id, || {
        static O: Once = Once::new();
        static L: LazyLock<Mutex<i32>> = LazyLock::new(|| Mutex::new(7));
        let t = thread::spawn(|| { O.call_once(|| *L.lock().unwrap() += 1); });
        let done = O.is_completed();
        O.call_once(|| *L.lock().unwrap() += 10);
        t.join().unwrap();
        format!("{done} {}", L.lock().unwrap())
    });
    both("once_lock", id, || {
        let o = Arc::new(OnceLock::new());
        let p = o.clone();
        let t = thread::spawn(move || *p.get_or_init(|| 1));
        let s = o.set(2).is_ok();
        format!("{s} {:?} {}", o.get(), t.join().unwrap())
    });
    both("barrier", id, || {
        let b = Arc::new(Barrier::new(2));
        let c = b.clone();
        let t = thread::spawn(move || c.wait().is_leader());
        let l = b.wait().is_leader();
        format!("{l} {}", t.join().unwrap())
    });
    both("scope", id, || {
        let mut a = [0; 2];
        let n = AtomicUsize::new(0);
        thread::scope(|s| { for x in &mut a { let n = &n; s.spawn(move || *x = n.fetch_add(1, SeqCst)); } });
        format!("{a:?}")
    });
    both("scope deadlock", id, || {
        let m = (Mutex::new(vec![1]), Mutex::new(2));
        thread::scope(|s| {
            s.spawn(|| { let mut a = m.0.lock().unwrap(); a.push(2); let _b = m.1.lock().unwrap(); });
            s.spawn(|| { let _b = m.1.lock().unwrap(); let _a = m.0.lock().unwrap(); });
        });
        String::new()
    });
    both("locals", id, || {
        unknot_std::thread_local! { static X: std::cell::Cell<i32> = const { std::cell::Cell::new(1) }; }
        let t = thread::spawn(|| { X.set(X.get() + 1); X.get() });
        X.set(10);
        format!("{} {}", X.get(), t.join().unwrap())
    });
    both("catch", id, || {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let t = thread::spawn(move || panic::catch_unwind(panic::AssertUnwindSafe(|| { let _g = n.lock(); panic!("x") })).is_err());
        let a = m.lock().is_err();
        format!("{a} {}", t.join().unwrap())
    });
    both("future", id, || {
        let v = unknot_std::future::block_on(async {
            let a = unknot_std::future::spawn(async { unknot_std::future::yield_now().await; 1 });
            let b = unknot_std::future::spawn(async { 2 });
            a.await.unwrap() + b.await.unwrap()
        });
        v.to_string()
    });
}
