//! Several processes with one file.

use saml_store::{FileStore, conformance};

use crate::child::{NOW, Role, Started, start};
use crate::folder::Folder;

const RIVALS: usize = 3;

#[tokio::test]
async fn of_several_processes_exactly_one_wins() {
    let folder = Folder::new();
    let store = FileStore::open(folder.file()).unwrap();
    conformance::before_contest(&store, NOW).await.unwrap();
    let names: Vec<String> = (0..RIVALS).map(|number| format!("rival {number}")).collect();
    let mut rivals: Vec<Started> =
        names.iter().map(|name| start(Role::Compete, &folder.file(), name, &[])).collect();
    for rival in &mut rivals {
        assert_eq!(rival.next().as_deref(), Some("ready"));
    }
    rivals.iter_mut().for_each(Started::begin);
    let won: Vec<Vec<String>> = rivals.into_iter().map(Started::rest).collect();
    for won in &won {
        assert_eq!(won.last().map(String::as_str), Some("done"));
    }
    println!("{:?}", won.iter().map(Vec::len).collect::<Vec<_>>());
    let rivals: Vec<_> = names.into_iter().zip(won).collect();
    conformance::after_contest(&store, &rivals, NOW).await.unwrap();
    store.check().unwrap();
}
