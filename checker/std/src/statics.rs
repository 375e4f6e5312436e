//! Statics: templates, which no execution writes to.
//!
//! A `static` outlives an execution, and tests in parallel share it. So a primitive whose
//! address is in a segment of a loaded module is never touched: the present execution has a
//! copy of it, made bit by bit when it is first used, and dropped when every task has ended.
//! What a constant expression made owns nothing on the heap, so such a copy is a value of its
//! own.
//!
//! The segments are asked for by `dl_iterate_phdr` once in a process: nothing that needs no
//! `unsafe` tells where the statics of all modules are. (`/proc/self/maps` does not name what
//! is zero at first, and the linker's symbols know one module.) Where that function is
//! missing, a primitive in a static is refused from the second execution on.

#![expect(unsafe_code, reason = "a static is copied, and an object is looked for by its address")]

use std::alloc::{Layout, alloc, dealloc};
use std::sync::OnceLock;

use crate::run;

/// The copies that one execution has made.
#[derive(Default)]
pub(crate) struct Copies(Vec<StaticCopy>);

struct StaticCopy {
    /// Where the static is.
    address: usize,
    size: usize,
    at: *mut u8,
    /// Drops the copy.
    free: Option<Box<dyn FnOnce()>>,
}

impl Drop for StaticCopy {
    fn drop(&mut self) {
        if let Some(free) = self.free.take() {
            free();
        }
    }
}

/// What stands for a primitive in the present execution: the copy of a static, or itself.
#[cold]
pub(crate) fn local<T: ?Sized>(this: &T) -> &T {
    let address = std::ptr::from_ref(this).addr();
    if !is_static(address) {
        return this;
    }
    let size = size_of_val(this);
    let known = run::with(|run| {
        run.copies.0.iter().find(|copy| copy.address == address && copy.size == size).map(|c| c.at)
    });
    let at = known.unwrap_or_else(|| copy(this, address));
    let mut local: *const T = this;
    // SAFETY: a pointer to any type begins with its address; what else there is belongs to the
    // type, which stays the same. The copy lives until every task of the execution has ended.
    unsafe {
        (&raw mut local).cast::<*const u8>().write(at);
        &*local
    }
}

fn copy<T: ?Sized>(this: &T, address: usize) -> *mut u8 {
    let layout = Layout::for_value(this);
    // SAFETY: a primitive has a size above 0. The bytes are those of a value that a constant
    // expression made and nothing wrote to since, so a copy of them is a value.
    let at = unsafe {
        let at = alloc(layout);
        assert!(!at.is_null(), "there is memory for the copy of a static");
        at.copy_from_nonoverlapping(std::ptr::from_ref(this).cast(), layout.size());
        at
    };
    let mut value = std::ptr::from_ref(this).cast_mut();
    // SAFETY: as above.
    unsafe { (&raw mut value).cast::<*mut u8>().write(at) };
    let free: Box<dyn FnOnce() + '_> = Box::new(move || {
        // SAFETY: made above, and used by no task any more.
        unsafe {
            value.drop_in_place();
            dealloc(at, layout);
        }
    });
    // SAFETY: what is in a static lives for ever.
    let free = unsafe { std::mem::transmute::<Box<dyn FnOnce() + '_>, Box<dyn FnOnce()>>(free) };
    let copy = StaticCopy { address, size: layout.size(), at, free: Some(free) };
    run::with(|run| run.copies.0.push(copy));
    at
}

/// Whether an address is in a segment of a loaded module.
fn is_static(address: usize) -> bool {
    static SEGMENTS: OnceLock<Vec<(usize, usize)>> = OnceLock::new();
    let segments = SEGMENTS.get_or_init(segments);
    segments.iter().any(|&(from, to)| (from..to).contains(&address))
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn segments() -> Vec<(usize, usize)> {
    use std::ffi::{c_int, c_void};

    unsafe extern "C" fn add(
        info: *mut libc::dl_phdr_info,
        _size: usize,
        found: *mut c_void,
    ) -> c_int {
        // SAFETY: the linker hands over a module with this many headers, and what it was given.
        let (info, found) = unsafe { (&*info, &mut *found.cast::<Vec<(usize, usize)>>()) };
        // SAFETY: as above.
        let headers =
            unsafe { std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) };
        for header in headers.iter().filter(|header| header.p_type == libc::PT_LOAD) {
            let from = (info.dlpi_addr as usize).wrapping_add(header.p_vaddr as usize);
            found.push((from, from.wrapping_add(header.p_memsz as usize)));
        }
        0
    }

    let mut found: Vec<(usize, usize)> = vec![];
    // SAFETY: the function is called back before this returns, with what it is given here.
    unsafe { libc::dl_iterate_phdr(Some(add), (&raw mut found).cast()) };
    found
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn segments() -> Vec<(usize, usize)> {
    vec![]
}
