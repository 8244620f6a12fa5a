//! std::fs and std::path.
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

fn room(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("over_std-{}-{}", std::process::id(), name));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn writes_reads_seeks_and_truncates() {
    let path = room("seek").join("file.bin");
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).unwrap();
    file.write_all(b"0123456789").unwrap();
    file.seek(SeekFrom::Start(3)).unwrap();
    let mut four = [0; 4];
    file.read_exact(&mut four).unwrap();
    assert_eq!(&four, b"3456");
    assert_eq!(file.seek(SeekFrom::End(-1)).unwrap(), 9);
    file.set_len(5).unwrap();
    assert_eq!(file.metadata().unwrap().len(), 5);
    file.sync_all().unwrap();
    drop(file);
    assert_eq!(OpenOptions::new().write(true).create_new(true).open(&path).unwrap_err().kind(), ErrorKind::AlreadyExists);
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"end").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"01234end");
}

#[test]
fn directories_are_listed_renamed_and_removed() {
    let root = room("directories");
    for name in ["a", "b", "ü😀"] {
        fs::create_dir(root.join(name)).unwrap();
        fs::write(root.join(name).join("file"), name).unwrap();
    }
    let mut names: Vec<_> = fs::read_dir(&root).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["a", "b", "ü😀"]);
    assert!(fs::remove_dir(root.join("a")).is_err());
    fs::rename(root.join("a"), root.join("c")).unwrap();
    assert!(!root.join("a").exists() && root.join("c/file").is_file());
    assert!(root.join("C").join("FILE").exists(), "names are found whatever their case");
    fs::copy(root.join("b/file"), root.join("copy")).unwrap();
    assert_eq!(fs::read_to_string(root.join("copy")).unwrap(), "b");
    fs::remove_dir_all(&root).unwrap();
    assert_eq!(fs::metadata(&root).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn permissions_times_and_canonical_names() {
    let path = room("permissions").join("file.txt");
    fs::write(&path, "x").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions.clone()).unwrap();
    assert_eq!(OpenOptions::new().write(true).open(&path).unwrap_err().kind(), ErrorKind::PermissionDenied);
    permissions.set_readonly(false);
    fs::set_permissions(&path, permissions).unwrap();
    let age = SystemTime::now().duration_since(fs::metadata(&path).unwrap().modified().unwrap()).unwrap_or_default();
    assert!(age < Duration::from_secs(60));
    let canonical = fs::canonicalize(path.parent().unwrap().join("..").join(path.parent().unwrap().file_name().unwrap()));
    assert_eq!(canonical.unwrap(), fs::canonicalize(path.parent().unwrap()).unwrap());
    assert!(Path::new(r"C:\x").is_absolute() && !Path::new(r"\x").is_absolute());
}

#[test]
fn a_large_file_line_by_line() {
    let path = room("lines").join("lines");
    let mut file = std::io::BufWriter::new(File::create(&path).unwrap());
    for i in 0..50_000 {
        writeln!(file, "line {i}").unwrap();
    }
    file.flush().unwrap();
    let lines = BufReader::new(File::open(&path).unwrap()).lines();
    assert_eq!(lines.enumerate().filter(|(i, line)| line.as_ref().unwrap() == &format!("line {i}")).count(), 50_000);
}
