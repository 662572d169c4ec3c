#!/bin/sh
# Zunder @VERSION@ for Linux on @ARCH@: the installer, and behind it the archive. It needs no network.
#
#     sh FILE [--prefix DIR] [--jupyter DIR] [--kernel-only] [--check] [--open]
#
#     --prefix DIR    where it goes; /opt/zunder if you do not say
#     --jupyter DIR   where JupyterLab and hubs look for kernels besides; /usr/local if you do not say
#     --kernel-only   without JupyterLab, for a hub that has its own
#     --check         only say whether it can be installed here
#     --open          open the tutorial in the browser at the end
set -eu
umask 022
content='@CONTENT@'
arch=@ARCH@ glibc=@GLIBC@ python=@PYTHON@ kilobytes=@KILOBYTES@ packed=@PACKED@ lines=@LINES@
prefix=/opt/zunder jupyter=/usr/local kernel_only= check= open=
begun=@BEGUN@

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in de*) german=1 ;; *) german= ;; esac

# Each sentence in English and in German.
say() {
    if [ -n "$german" ]; then shift; fi
    printf '%s\n' "$1"
}
stop() {
    say "$1" "$2" >&2
    exit 1
}

# The archive is read from it.
[ -f "$0" ] ||
    stop "This does not find its own file: save it, and name it with its folder, as in: sh ./zunder.sh" \
        "Das findet seine eigene Datei nicht: Speichere sie, und nenn sie mit ihrem Ordner, etwa: sh ./zunder.sh"
while [ $# -gt 0 ]; do
    case $1 in
    --prefix | --jupyter)
        case ${2-} in
        '' | -*) stop "$1 wants a folder behind it." "$1 verlangt dahinter einen Ordner." ;;
        esac
        case $1 in --prefix) prefix=$2 ;; *) jupyter=$2 ;; esac
        shift
        ;;
    --kernel-only) kernel_only=1 ;;
    --check) check=1 ;;
    --open) open=1 ;;
    *)
        sed -n '2,11s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
    esac
    shift
done
[ -n "$python" ] || kernel_only=1

# The path in full, and of what is there of it the real one: a link to a folder with a blank is of no use.
resolve() {
    case $1 in /*) path=$1 ;; *) path=$PWD/$1 ;; esac
    there=$path in_the_way=
    while [ ! -d "$there" ]; do
        if [ -e "$there" ] || [ -L "$there" ]; then in_the_way=$there; fi
        there=${there%/*} && there=${there:-/}
    done
    real=$(cd "$there" && pwd -P)
    path=${real%/}${path#"${there%/}"}
    path=${path%/}
}
resolve "$jupyter"
jupyter=$path
case $jupyter in
*[\&\|\\\"]*)
    stop "Kernels cannot be listed in $jupyter: choose a folder without the signs & | \\ \" in its path (--jupyter)." \
        "In $jupyter lassen sich keine Kernel anzeigen: Nimm einen Ordner ohne die Zeichen & | \\ \" im Pfad (--jupyter)."
    ;;
esac
learners=
if [ -n "${HOME:-}" ]; then resolve "$HOME/zunder" && learners=$path; fi
resolve "$prefix"
prefix=$path
[ -z "$in_the_way" ] ||
    stop "$in_the_way is no folder: choose one (--prefix)." "$in_the_way ist kein Ordner: Nimm einen (--prefix)."
[ -n "$prefix" ] ||
    stop "It cannot be the top folder: choose one below it, such as /opt/zunder (--prefix)." \
        "Der oberste Ordner kann es nicht sein: Nimm einen darunter, etwa /opt/zunder (--prefix)."

case $prefix in
*[!A-Za-z0-9/._+@~-]*)
    stop "It cannot be installed in $prefix: choose a folder without blanks and special characters in its path (--prefix)." \
        "In $prefix geht es nicht: Nimm einen Ordner ohne Leerzeichen, Umlaute und Sonderzeichen im Pfad (--prefix)."
    ;;
esac
[ "$(uname -s) $(uname -m)" = "Linux $arch" ] ||
    stop "This pack is for Linux on $arch, and this is $(uname -s) on $(uname -m): take the pack for it." \
        "Dieses Paket ist für Linux auf $arch, hier ist $(uname -s) auf $(uname -m): Nimm das Paket dafür."
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || libc=
[ -n "$libc" ] ||
    stop "This system has no glibc, which the programs need: take Debian, Ubuntu, Fedora or another one with it." \
        "Dieses System hat keine glibc, die die Programme brauchen: Nimm Debian, Ubuntu, Fedora oder ein anderes mit ihr."
minor=${libc#* 2.} && minor=${minor%%.*}
[ "$minor" -ge "${glibc#2.}" ] ||
    stop "The programs need glibc $glibc or newer, and this system has ${libc#* }: take a newer system, or a pack made on an older one." \
        "Die Programme brauchen glibc $glibc oder neuer, dieses System hat ${libc#* }: Nimm ein neueres System oder ein Paket, das auf einem älteren gemacht wurde."
for library in libgcc_s.so.1 libz.so.1; do
    found=
    for folder in /lib /usr/lib /lib64 /usr/lib64 "/lib/$arch-linux-gnu" "/usr/lib/$arch-linux-gnu"; do
        if [ -e "$folder/$library" ]; then found=1; fi
    done
    [ -n "$found" ] ||
        stop "The library $library is missing: install it (on Debian: apt install libgcc-s1 zlib1g)." \
            "Die Bibliothek $library fehlt: Installiere sie (unter Debian: apt install libgcc-s1 zlib1g)."
done
[ -r /proc/self/exe ] ||
    stop "/proc is missing, by which programs find themselves: mount it (mount -t proc proc /proc)." \
        "/proc fehlt, worüber Programme sich selbst finden: Binde es ein (mount -t proc proc /proc)."

system_python=
if [ -z "$kernel_only" ]; then
    # Which version, whether everybody may run it, and where it is: not what stands for it on PATH, for one user only.
    about='
import os, sys
def is_open(path, bits):
    lets = os.stat(path).st_mode & bits == bits
    return lets and (path == "/" or is_open(os.path.dirname(path), 1))
base = getattr(sys, "_base_executable", "") or sys.executable
all_may = all(is_open(path, 5) for path in (base, os.path.realpath(base)))
print("%d.%d" % sys.version_info[:2], int(all_may), base)
'
    seen= closed=
    for name in "python$python" python3 "/usr/bin/python$python" "/usr/local/bin/python$python"; do
        program=$(command -v "$name") || continue
        said=$("$program" -I -c "$about" 2>/dev/null) || continue
        seen=${said%% *}
        [ "$seen" = "$python" ] || continue
        case $(id -u),$said in
        "0,$python 0 "*) closed=${said#* 0 } ;; # root installs for everybody
        *) system_python=${said#* [01] } && break ;;
        esac
    done
    [ -n "$system_python" ] || [ -z "$closed" ] ||
        stop "Other users cannot run $closed, and this machine has no other Python $python: install python$python for all, or leave JupyterLab out (--kernel-only)." \
            "Andere Benutzer können $closed nicht ausführen, und dieser Rechner hat kein anderes Python $python: Installiere python$python für alle, oder lass JupyterLab weg (--kernel-only)."
    [ -n "$system_python" ] ||
        stop "JupyterLab in this pack needs Python $python, and this machine has ${seen:-none}: install python$python, take a pack made with another Python, or leave JupyterLab out (--kernel-only)." \
            "JupyterLab in diesem Paket braucht Python $python, dieser Rechner hat ${seen:-keines}: Installiere python$python, nimm ein Paket, das mit einem anderen Python gemacht wurde, oder lass JupyterLab weg (--kernel-only)."
fi
[ "$prefix" != "$learners" ] ||
    stop "In $prefix your own notebooks have their place: choose another folder for the installation, such as ~/.local/zunder (--prefix)." \
        "In $prefix haben deine eigenen Notebooks ihren Platz: Nimm für die Installation einen anderen Ordner, etwa ~/.local/zunder (--prefix)."
if [ -d "$prefix" ] && [ -n "$(ls -A "$prefix")" ] && [ ! -f "$prefix/zunder.json" ] && [ ! -f "$prefix/$begun" ]; then
    stop "$prefix holds other things: choose another folder (--prefix)." \
        "In $prefix liegt schon etwas anderes: Nimm einen anderen Ordner (--prefix)."
fi
[ -w "$real" ] ||
    stop "You may not write into $real: run this as root (sudo), or choose a folder of your own (--prefix)." \
        "In $real darfst du nicht schreiben: Ruf das als root auf (sudo) oder nimm einen eigenen Ordner (--prefix)."
free=$(df -Pk "$real" | { read -r _; read -r _ _ _ free _; echo "$free"; })
# What is there already of an installation goes before anything is unpacked.
if [ -d "$prefix" ]; then
    # shellcheck disable=SC2086
    freed=$(cd "$prefix" && du -sck $content 2>/dev/null | tail -n 1) || :
    freed=${freed%%[!0-9]*}
    free=$((free + ${freed:-0}))
fi
[ "$free" -ge "$kilobytes" ] ||
    stop "The disk of $real has $((free / 1000)) MB free, and $((kilobytes / 1000)) MB are needed: make room, or choose another folder (--prefix)." \
        "Auf der Platte von $real sind $((free / 1000)) MB frei, gebraucht werden $((kilobytes / 1000)) MB: Mach Platz oder nimm einen anderen Ordner (--prefix)."
# When a process began, in the system's own count: numbers of processes come again.
start_of() {
    said=
    { read -r said <"/proc/$1/stat"; } 2>/dev/null || :
    # Behind the program's name, in which anything may be.
    # shellcheck disable=SC2086
    set -- ${said##*) }
    echo "${20-}"
}
me="$$ $(start_of $$)"
# Another one who installs into the folder has left their name there; an earlier version, only the number.
nobody_installs() {
    owner=$(cat "$prefix/$begun" 2>/dev/null) || return 0
    if [ -z "$owner" ]; then
        sleep 1 # it may have been made just now
        owner=$(cat "$prefix/$begun" 2>/dev/null) || return 0
    fi
    number=${owner%% *}
    start=$(start_of "$number")
    if [ -n "$start" ] && [ "$owner" != "$me" ]; then
        case $owner in
        "$number" | "$number $start")
            stop "Somebody is installing into $prefix just now (process $number): wait until that is done." \
                "In $prefix wird gerade installiert (Prozess $number): Warte, bis das fertig ist."
            ;;
        esac
    fi
}
# Whoever runs them. Which file it is, Linux tells only its owner and root; by which name it was called, everybody.
nothing_runs() {
    [ -d "$prefix" ] || return 0
    called=$(printf '^%s/' "$prefix" | sed 's/[.]/[.]/g')
    if ls -l /proc/[0-9]*/exe 2>/dev/null | grep -qF -- "-> $prefix/" ||
        grep -qsa -- "$called" /proc/[0-9]*/cmdline; then
        stop "Programs of $prefix are running: close the notebooks that use it first." \
            "Programme aus $prefix laufen noch: Schließe zuerst die Notebooks, die sie benutzen."
    fi
}
nobody_installs
nothing_runs
# Before anything is taken away for it.
tail -n "+$lines" "$0" | gzip -t 2>/dev/null ||
    stop "This file is not whole, or the disk does not read it: copy it again." \
        "Diese Datei ist nicht vollständig, oder die Platte liest sie nicht: Kopiere sie noch einmal."
say "All that is needed is here." "Alles Nötige ist da."
[ -z "$check" ] || exit 0

# The folder belongs to one at a time; `cargo lab install` does the same.
claim() {
    mkdir -p "$prefix"
    if (set -C && echo "$me" >"$prefix/$begun") 2>/dev/null; then return; fi
    nobody_installs
    if [ "$owner" = "$me" ]; then return; fi
    # Of one that was killed; but another one may have taken it over just now.
    if mv -- "$prefix/$begun" "$prefix/$begun.$$" 2>/dev/null; then
        [ "$(cat "$prefix/$begun.$$")" = "$owner" ] || ln -- "$prefix/$begun.$$" "$prefix/$begun"
        rm -f -- "$prefix/$begun.$$"
    fi
    if ! (set -C && echo "$me" >"$prefix/$begun"); then
        nobody_installs
        exit 1
    fi
}
release() {
    if [ "$(cat "$prefix/$begun" 2>/dev/null)" = "$me" ]; then rm -f -- "$prefix/$begun"; fi
}
# Takes away what is of an installation, and nothing that somebody else has put there.
remove() {
    for name in new $content; do rm -rf -- "${prefix:?}/$name"; done
}
undo() {
    trap '' HUP INT TERM
    remove
    release
    rmdir -- "$prefix" 2>/dev/null || :
}
claim
if [ -f "$prefix/zunder.json" ]; then
    say "Removing the installation before." "Die vorige Installation wird entfernt."
    trap release EXIT
    trap 'exit 1' HUP INT TERM
    if ! "$prefix/bin/zunder" uninstall 2>/dev/null; then
        nothing_runs
        say "It is damaged: what is left of it is removed." "Sie ist beschädigt: Was von ihr übrig ist, wird entfernt."
    fi
    claim # an earlier version takes the name away
fi
# If that fails or is interrupted, it goes. Not every shell takes an interruption for an exit.
trap undo EXIT
trap 'exit 1' HUP INT TERM
remove
say "Unpacking $((kilobytes / 1000)) MB into $prefix, which takes seconds to a minute ..." \
    "$((kilobytes / 1000)) MB werden nach $prefix ausgepackt, das dauert Sekunden bis eine Minute ..."
if [ -n "$kernel_only" ]; then leave_out='--exclude=zunder/python'; else leave_out='--exclude=zunder/-'; fi
tail -n "+$lines" "$0" | tar -xzf - -C "$prefix" --strip-components=1 --no-same-owner "$leave_out"

# The files that name a folder.
for file in "$prefix"/share/jupyter/kernels/*/kernel.json "$prefix"/python/bin/*; do
    if [ -f "$file" ] && [ ! -L "$file" ] && grep -qF "$packed" "$file"; then
        sed "s|$packed|$prefix|g" "$file" >"$prefix/new"
        cat "$prefix/new" >"$file" # keeps its rights
        rm "$prefix/new"
    fi
done
if [ -n "$system_python" ]; then
    ln -sfn "$system_python" "$prefix/python/bin/python3"
    printf 'home = %s\ninclude-system-site-packages = false\nversion = %s\n' \
        "${system_python%/*}" "$python" >"$prefix/python/pyvenv.cfg"
else
    sed 's|"python": "[^"]*"|"python": null|' "$prefix/zunder.json" >"$prefix/new"
    cat "$prefix/new" >"$prefix/zunder.json"
    rm "$prefix/new"
fi
trap - EXIT HUP INT TERM

kernels=$jupyter/share/jupyter/kernels
if mkdir -p "$kernels" 2>/dev/null && cp -R "$prefix"/share/jupyter/kernels/* "$kernels" 2>/dev/null; then
    sed "s|\"jupyter\": \[\]|\"jupyter\": [\"$jupyter/share/jupyter\"]|" "$prefix/zunder.json" >"$prefix/new"
    cat "$prefix/new" >"$prefix/zunder.json"
    rm "$prefix/new"
else
    say "You may not write into $kernels. Jupyter lists the kernel where JUPYTER_PATH=$prefix/share/jupyter is set." \
        "In $kernels darfst du nicht schreiben. Jupyter zeigt den Kernel, wenn JUPYTER_PATH=$prefix/share/jupyter gesetzt ist."
fi
release
say "Installed. To remove it: $prefix/bin/zunder uninstall" \
    "Installiert. So wird es wieder entfernt: $prefix/bin/zunder uninstall"
[ -n "$system_python" ] || exit 0
say "Each user opens the tutorial with: $prefix/bin/zunder" \
    "Das Tutorial öffnet jeder mit: $prefix/bin/zunder"
[ -n "$open" ] || exit 0
if [ "$(id -u)" = 0 ] && [ "${SUDO_USER:-root}" != root ]; then
    say "It is not opened as root: $SUDO_USER calls that." "Als root wird es nicht geöffnet: Das ruft $SUDO_USER auf."
    exit 0
fi
exec "$prefix/bin/zunder"
# What follows is the archive.
