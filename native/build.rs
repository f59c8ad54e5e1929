//! How the library is linked.

fn main() {
    // A thread of the module's lives as long as the process. Envoy unloads a library with its last configuration.
    println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    // An Envoy that lacks one of the calls refuses the library when it loads it, not in the middle of a request.
    println!("cargo::rustc-cdylib-link-arg=-Wl,-z,now");
    println!("cargo::rerun-if-changed=build.rs");
}
