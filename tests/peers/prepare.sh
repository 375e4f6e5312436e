# Brings the published sources of the peers, and lays out a workspace in the target folder that
# compiles their tests. Read by `run`, which has set `here`, `root` and `out`.

# Leaves an item out of a file, with what is said before it.
cut_item() {
    awk -v name="$2" '
        { lines[NR] = $0 }
        END {
            for (i = 1; i <= NR; i++) if (index(lines[i], name)) at = i
            if (!at) { print "no " name > "/dev/stderr"; exit 1 }
            match(lines[at], /^ */); close_of = substr(lines[at], 1, RLENGTH) "}"
            start = at
            while (start > 1 && lines[start - 1] ~ /^ *(#\[|\/\/)/) start--
            end = at
            if (lines[at] !~ /;$/) while (end < NR && lines[end] != close_of) end++
            for (i = 1; i <= NR; i++) if (i < start || i > end) print lines[i]
        }' "$1" >"$1.new"
    mv "$1.new" "$1"
}

n_tests() { grep -c '#\[test\]' "$1" || true; }

# Changes copies as `changes.txt` says. One that changes nothing is a mistake.
change() {
    local peer=$1 tests=$2 lines=$3 file how what
    while read -r file how what; do
        what=${what% |*}
        cp "$tests/$file" "$tests/$file.old"
        case $how in
        cut) cut_item "$tests/$file" "$what" ;;
        edit) sed -i "$what" "$tests/$file" ;;
        esac
        if cmp -s "$tests/$file" "$tests/$file.old"; then
            echo "$peer $file $how $what changes nothing" >&2
            exit 1
        fi
        echo "${file%.rs} $(($(n_tests "$tests/$file.old") - $(n_tests "$tests/$file")))" >>"$out/$peer.cut"
        rm "$tests/$file.old"
    done < <(sed -n "s/^$peer //p" "$here/changes.txt" | grep "$lines")
}

# A package whose tests name a crate of a peer: with `lib` it is the face, with `counted` the
# peer itself, whose executions are counted.
manifest() {
    local peer=$1 version=$2 how=$3 needs
    case $how in
    lib) needs="unknot-std = { path = \"$root/checker/std\" }
unknot-checker = { path = \"$root/checker\" }" ;;
    counted) needs="theirs = { package = \"$peer\", version = \"=$version\" }
loom = \"=0.7.2\"" ;;
    esac
    mkdir -p "$out/$peer-$how"
    cat >"$out/$peer-$how/Cargo.toml" <<END
[package]
name = "$peer-$how"
version = "0.0.0"
edition = "2021"
autotests = false
[features]
default = ["futures", "checkpoint"]
futures = []
checkpoint = []
[lib]
name = "$peer"
path = "$here/$peer/$how.rs"
test = false
doctest = false
[[test]]
name = "it"
path = "$out/$peer/it.rs"
[lints.rust]
warnings = "allow"
[dependencies]
$needs
[dev-dependencies]
futures = { version = "0.3", default-features = false, features = ["std", "async-await"] }
futures-util = { version = "0.3", default-features = false, features = ["std", "async-await"] }
END
}

# The folder of a published crate.
published() {
    (cd "$out" && cargo metadata --offline --format-version 1) | tr ',' '\n' |
        sed -n "s|^\"manifest_path\":\"\(.*/$1\)/Cargo.toml\".*|\1|p" | head -n 1
}

# Mod lines for all files of a folder.
modules() { (cd "$1" && for file in *.rs; do [ "$file" = mod.rs ] || echo "mod ${file%.rs};"; done); }

# The profile is that of the project, so that what it needs is compiled once for both.
workspace() {
    mkdir -p "$out/shuttle" "$out/loom"
    touch "$out/shuttle/it.rs" "$out/loom/it.rs"
    cat >"$out/Cargo.toml" <<END
[workspace]
resolver = "3"
members = ["shuttle-lib", "loom-lib", "shuttle-counted"]
[profile.dev]
opt-level = 1
debug = 0
[profile.dev.package."*"]
opt-level = 2
debug = "line-tables-only"
END
    manifest shuttle 0.9.9 lib
    manifest shuttle 0.9.9 counted
    manifest loom 0.7.2 lib
    cp "$root/Cargo.lock" "$out/Cargo.lock"
    (cd "$out" && { cargo fetch -q --offline 2>/dev/null || cargo fetch -q; })
}

# The files of shuttle that are compiled: the others are about its schedulers, its configuration
# and the schedules that it saves, or need its semaphore, its clocks or its random numbers.
shuttle_basic="atomic barrier condvar lazy_static mpsc mutex once panic rwlock teardown thread"
shuttle_future="basic channel countdown_timer streams waker"
shuttle_swapped="basic/lazy_static basic/mutex basic/rwlock basic/thread future/basic future/countdown_timer"

copy_shuttle() {
    local to=$out/shuttle from file
    : >"$out/shuttle.cut"
    from=$(published shuttle-0.9.9)/tests
    rm -rf "$to"
    mkdir -p "$to/basic" "$to/future" "$to/demo"
    for file in $shuttle_basic; do cp "$from/basic/$file.rs" "$to/basic/"; done
    for file in $shuttle_future; do cp "$from/future/$file.rs" "$to/future/"; done
    cp "$from/demo/async_match_deadlock.rs" "$to/demo/"
    sed -i -e '/^ *use test_log::test;/d' -e '/^use rand::/d' -e '/batch_semaphore::/d' \
        -e 's/expected = "tried to acquire[^"]*"/expected = "stuck: deadlock"/' \
        -e 's/expected = "deadlock[^"]*"/expected = "stuck: "/' "$to"/*/*.rs
    change shuttle "$to" '^[^s]'
    for file in $shuttle_swapped; do
        mkdir -p "$to/swapped/${file%/*}"
        cp "$to/$file.rs" "$to/swapped/$file.rs"
    done
    change shuttle "$to" '^swapped'
    {
        echo 'mod basic {'
        echo '    pub mod clocks {'
        echo '        pub fn check_clock(_: impl Fn(usize, u32) -> bool) {}'
        echo '        pub fn me() -> usize { shuttle::current::me().into() }'
        echo '    }'
        modules "$to/basic"
        echo '}'
        for folder in future demo; do echo "mod $folder {"; modules "$to/$folder"; echo '}'; done
        echo 'mod swapped {'
        echo 'mod basic { pub use crate::basic::clocks;'
        modules "$to/swapped/basic"
        echo '} mod future {'
        modules "$to/swapped/future"
        echo '} }'
    } >"$to/it.rs"
}

copy_loom() {
    local to=$out/loom from
    : >"$out/loom.cut"
    from=$(published loom-0.7.2)/tests
    rm -rf "$to"
    mkdir -p "$to/swapped"
    cp "$from"/*.rs "$to/"
    sed -i '/^#!\[deny/d' "$to"/*.rs
    cp "$to/thread_local.rs" "$to/swapped/"
    change loom "$to" '^swapped'
    { modules "$to"; echo 'mod swapped { mod thread_local; }'; } | sed 's/^mod yield;/mod r#yield;/' >"$to.it"
    mv "$to.it" "$to/it.rs"
}

prepare() {
    workspace
    copy_shuttle
    copy_loom
}
