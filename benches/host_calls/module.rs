//! A Wasm filter that only makes host calls, for `scripts/host-calls`: its configuration is a letter that says which,
//! and how many a request.
//!
//! `_` only holds the request until its body is there, as the gate does; `*` makes all calls of a post besides.
//! Compiled by rustc alone, without the SDK.

#![no_std]
#![allow(static_mut_refs)]

use core::ptr::{null, null_mut};

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn proxy_log(level: u32, message: *const u8, size: usize) -> u32;
    fn proxy_get_log_level(level: *mut u32) -> u32;
    fn proxy_get_current_time_nanoseconds(time: *mut u64) -> u32;
    fn proxy_get_buffer_bytes(kind: u32, start: usize, max: usize, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_set_buffer_bytes(kind: u32, start: usize, size: usize, data: *const u8, data_size: usize) -> u32;
    fn proxy_get_header_map_pairs(map: u32, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_set_header_map_pairs(map: u32, data: *const u8, size: usize) -> u32;
    fn proxy_get_header_map_value(map: u32, key: *const u8, size: usize, data: *mut *mut u8, got: *mut usize) -> u32;
    fn proxy_replace_header_map_value(map: u32, key: *const u8, size: usize, value: *const u8, length: usize) -> u32;
    fn proxy_remove_header_map_value(map: u32, key: *const u8, size: usize) -> u32;
    fn proxy_get_property(path: *const u8, length: usize, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_set_property(path: *const u8, size: usize, value: *const u8, length: usize) -> u32;
    fn proxy_call_foreign_function(
        name: *const u8,
        length: usize,
        arguments: *const u8,
        size: usize,
        data: *mut *mut u8,
        got: *mut usize,
    ) -> u32;
    fn proxy_define_metric(kind: u32, name: *const u8, size: usize, id: *mut u32) -> u32;
    fn proxy_increment_metric(id: u32, offset: i64) -> u32;
    fn proxy_record_metric(id: u32, value: u64) -> u32;
}

const ROOM: usize = 1 << 16;
/// As many different headers, filter states and metrics.
const DIFFERENT: usize = 16;
/// As long as an audit line.
const LINE: [u8; 700] = [b'x'; 700];
const VALUE: &str = "acceptable";

const REQUEST: u32 = 0;
const RESPONSE: u32 = 2;
const CONFIGURATION: u32 = 7;
const CONTINUE: u32 = 0;
const PAUSE: u32 = 1;

static mut MEMORY: [u8; ROOM] = [0; ROOM];
static mut USED: usize = 0;
static mut KIND: u8 = b'-';
static mut COUNT: usize = 0;
static mut COUNTERS: [u32; DIFFERENT] = [0; DIFFERENT];
static mut HISTOGRAMS: [u32; DIFFERENT] = [0; DIFFERENT];

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

#[unsafe(no_mangle)]
extern "C" fn proxy_abi_version_0_2_1() {}

/// Starts anew where the room ends: nothing is kept.
#[unsafe(no_mangle)]
extern "C" fn proxy_on_memory_allocate(size: usize) -> *mut u8 {
    unsafe {
        if USED + size > ROOM {
            USED = 0;
        }
        USED += size;
        MEMORY.as_mut_ptr().add(USED - size)
    }
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_vm_start(_: u32, _: u32) -> u32 {
    1
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_context_create(_: u32, _: u32) {}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_configure(_: u32, _: u32) -> u32 {
    unsafe {
        let (mut data, mut size) = (null_mut(), 0);
        proxy_get_buffer_bytes(CONFIGURATION, 0, ROOM, &raw mut data, &raw mut size);
        KIND = *data;
        COUNT = (1..size).fold(0, |number, at| number * 10 + usize::from(*data.add(at) - b'0'));
        for at in 0..DIFFERENT {
            let (counter, histogram) = (named(*b"kyc_counter_a", at), named(*b"kyc_histogram_a", at));
            proxy_define_metric(0, counter.as_ptr(), counter.len(), &raw mut COUNTERS[at]);
            proxy_define_metric(2, histogram.as_ptr(), histogram.len(), &raw mut HISTOGRAMS[at]);
        }
    }
    1
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_request_headers(_: u32, _: u32, _: u32) -> u32 {
    match unsafe { KIND } {
        b'*' => {
            make(b'p', 1);
            PAUSE
        }
        b'_' => PAUSE,
        b'b' | b'B' => CONTINUE,
        kind => {
            make(kind, unsafe { COUNT });
            CONTINUE
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_request_body(_: u32, _: u32, end: u32) -> u32 {
    match unsafe { KIND } {
        b'*' | b'_' if end == 0 => return PAUSE,
        b'*' => b"tttbBBBhhhhhhhhfssssssscmmmccl".iter().enumerate().for_each(|(at, kind)| call(*kind, at % DIFFERENT)),
        kind @ (b'b' | b'B') => make(kind, unsafe { COUNT }),
        _ => {}
    }
    CONTINUE
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_response_headers(_: u32, _: u32, _: u32) -> u32 {
    if unsafe { KIND } == b'*' {
        let (mut data, mut size) = (null_mut(), 0);
        unsafe { proxy_get_header_map_pairs(RESPONSE, &raw mut data, &raw mut size) };
    }
    CONTINUE
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_response_body(_: u32, _: u32, _: u32) -> u32 {
    CONTINUE
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_delete(_: u32) {}

fn make(kind: u8, count: usize) {
    (0..count).for_each(|at| call(kind, at % DIFFERENT));
}

fn call(kind: u8, at: usize) {
    let (mut data, mut size, mut time, mut level) = (null_mut(), 0, 0, 0);
    let (header, state) = (named(*b"x-kyc-header-a", at), named(*b"kyc_state_a", at));
    unsafe {
        match kind {
            b't' => proxy_get_current_time_nanoseconds(&raw mut time),
            b'L' => proxy_get_log_level(&raw mut level),
            b'l' => proxy_log(2, LINE.as_ptr(), LINE.len()),
            b'q' => proxy_log(0, LINE.as_ptr(), LINE.len()),
            b'p' => proxy_get_header_map_pairs(REQUEST, &raw mut data, &raw mut size),
            b'P' => {
                proxy_get_header_map_pairs(REQUEST, &raw mut data, &raw mut size);
                proxy_set_header_map_pairs(REQUEST, data, size)
            }
            b'g' => proxy_get_header_map_value(REQUEST, c"host".as_ptr().cast(), 4, &raw mut data, &raw mut size),
            b'h' => proxy_replace_header_map_value(REQUEST, header.as_ptr(), header.len(), VALUE.as_ptr(), VALUE.len()),
            b'r' => proxy_remove_header_map_value(REQUEST, header.as_ptr(), header.len()),
            b's' => proxy_set_property(state.as_ptr(), state.len(), VALUE.as_ptr(), VALUE.len()),
            b'S' => proxy_get_property(b"request\0total_size".as_ptr(), 18, &raw mut data, &raw mut size),
            b'f' => {
                let name = "clear_route_cache";
                proxy_call_foreign_function(name.as_ptr(), name.len(), null(), 0, &raw mut data, &raw mut size)
            }
            b'c' => proxy_increment_metric(COUNTERS[at], 1),
            b'm' => proxy_record_metric(HISTOGRAMS[at], 1000),
            b'b' => proxy_get_buffer_bytes(REQUEST, 0, ROOM, &raw mut data, &raw mut size),
            // Nothing is appended: the length stays what the client said.
            b'B' => proxy_set_buffer_bytes(REQUEST, usize::MAX, 0, LINE.as_ptr(), 0),
            _ => 0,
        };
    }
}

/// One of as many names as there are letters for.
fn named<const N: usize>(mut name: [u8; N], at: usize) -> [u8; N] {
    name[N - 1] += at as u8;
    name
}
