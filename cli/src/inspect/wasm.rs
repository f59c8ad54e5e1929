//! A Wasm module: its imports, exports and what it asks of the engine.

use wasmparser::{ExternalKind, Parser, Payload, TypeRef, Validator, WasmFeatures};

use super::{Module, origin};

/// Features that an engine may lack, and what they are called.
const FEATURES: [(WasmFeatures, &str); 7] = [
    (WasmFeatures::SIMD, "simd128"),
    (WasmFeatures::RELAXED_SIMD, "relaxed-simd"),
    (WasmFeatures::BULK_MEMORY, "bulk-memory"),
    (WasmFeatures::SIGN_EXTENSION, "sign-ext"),
    (WasmFeatures::SATURATING_FLOAT_TO_INT, "nontrapping-fptoint"),
    (WasmFeatures::MUTABLE_GLOBAL, "mutable-globals"),
    (WasmFeatures::MULTI_VALUE, "multivalue"),
];
/// What stands before the version of the ABI in the name of an export.
const ABI: &str = "proxy_abi_version_";

/// Fills in what a module says about itself.
///
/// # Errors
/// It isn't a valid module.
pub(super) fn read(bytes: &[u8], module: &mut Module) -> Result<(), String> {
    let invalid = |error: wasmparser::BinaryReaderError| format!("not a valid Wasm module: {}", error.message());
    module.kind = "wasm";
    Validator::new_with_features(WasmFeatures::all()).validate_all(bytes).map_err(invalid)?;
    let needs = |feature: &WasmFeatures| {
        // Relaxed SIMD is SIMD and more.
        let without = if *feature == WasmFeatures::SIMD { *feature | WasmFeatures::RELAXED_SIMD } else { *feature };
        Validator::new_with_features(WasmFeatures::all().difference(without)).validate_all(bytes).is_err()
    };
    module.features = FEATURES.iter().filter(|(feature, _)| needs(feature)).map(|(_, name)| *name).collect();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(invalid)? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.map_err(invalid)?;
                    if matches!(import.ty, TypeRef::Func(_)) {
                        module.host_calls.push(import.name.to_owned());
                    }
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export.map_err(invalid)?;
                    if let Some(abi) = export.name.strip_prefix(ABI) {
                        module.abi = Some(format!("proxy-wasm {}", abi.replace('_', ".")));
                    } else if export.kind == ExternalKind::Func && export.name.starts_with("proxy_on_") {
                        module.callbacks.push(export.name.to_owned());
                    }
                }
            }
            Payload::CustomSection(section) => origin::take(module, section.name(), section.data()),
            _ => {}
        }
    }
    module.host_calls.sort_unstable();
    module.callbacks.sort_unstable();
    Ok(())
}
