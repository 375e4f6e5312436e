//! The tables of families in the READMEs name the families of the catalogue, in its order.

use std::path::PathBuf;

use unknot_scenarios::CATALOGUE;

#[test]
fn tables_name_the_families() {
    let mut families: Vec<&str> = CATALOGUE.iter().map(|scenario| scenario.family).collect();
    families.dedup();
    for file in ["README.md", "scenarios/README.md"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        let text = std::fs::read_to_string(path).expect("a README");
        let (_, table) = text.split_once("| family | what goes wrong |\n").expect(file);
        let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
        let named: Vec<&str> = rows.filter_map(|row| row.split('`').nth(1)).collect();
        assert_eq!(named, families, "{file}");
    }
}
