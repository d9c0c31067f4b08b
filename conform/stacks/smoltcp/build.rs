//! Hands the version of smoltcp in Cargo.lock to the program, which says it in its hello.

use std::fs;

fn main() {
    println!("cargo::rerun-if-changed=Cargo.lock");
    let lock = fs::read_to_string("Cargo.lock").expect("Cargo.lock");
    let entry = lock.split("[[package]]").find(|p| p.contains("name = \"smoltcp\"\n")).expect("smoltcp in Cargo.lock");
    let version = entry.split("version = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("its version");
    println!("cargo::rustc-env=SMOLTCP_VERSION={version}");
}
