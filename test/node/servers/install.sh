#!/usr/bin/env bash
# Fetches the servers of `npm run test:servers` into a directory: from npm (Haraka, smtp-server), and unpacked from Debian
# packages (aiosmtpd, chasquid, Exim, OpenSMTPD, Sendmail), without installing any. A server that cannot be had is left out.
set -euo pipefail
mkdir -p "$1"
directory=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
[[ -e $directory/complete ]] && exit

mkdir -p "$directory/npm"
cp "$here/npm-packages.json" "$directory/npm/package.json"
(cd "$directory/npm" && npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error) || true

[[ $(id -u) == 0 ]] && command -v apt-get dpkg >/dev/null || { echo "No Debian packages without root and apt."; exit; }
apt-get update -qq || true
packages=$directory/packages
root=$directory/root
mkdir -p "$packages" "$root"
for one in python3-aiosmtpd chasquid exim4-daemon-light opensmtpd sendmail-bin sendmail-cf m4; do
  # With the libraries that the machine does not have.
  libraries=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances "$one" | grep -E '^(lib|python3-(public|attr|typing))' | sort -u |
    while read -r name; do dpkg-query -W "$name" &>/dev/null || echo "$name"; done)
  (cd "$packages" && for name in "$one" $libraries; do apt-get download -qq "$name" 2>/dev/null || true; done)
done
for package in "$packages"/*.deb; do dpkg -x "$package" "$root"; done

# A program with a group of its own does not look into LD_LIBRARY_PATH.
sendmail=usr/libexec/sendmail/sendmail
[[ ! -e $root/$sendmail ]] || chmod 755 "$root/$sendmail"

# These want users and paths of their own: the directory becomes their root.
libraries=$(find "$root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
for binary in usr/sbin/exim4 usr/sbin/smtpd $sendmail; do
  [[ -x $root/$binary ]] || continue
  LD_LIBRARY_PATH=$libraries ldd "$root/$binary" | grep -o '/[^ ]*' | while read -r library; do
    into=$root/${library#"$root/"}
    [[ -e $into ]] || { mkdir -p "$(dirname "$into")" && cp -L "$library" "$into"; }
  done
done
mkdir -p "$root"/{etc,dev,tmp,run,proc,root,var/run,var/log,var/spool,var/lib/opensmtpd/empty}
cp -L /lib/*-linux-gnu/libnss_files.so.2 "$root"/lib/*-linux-gnu/ 2>/dev/null || true
find "$root" -name '*.so*' -printf '%h\n' | sort -u | sed "s#^$root##" > "$root/etc/library-path"
cat > "$root/etc/passwd" <<'PASSWD'
root:x:0:0::/root:/bin/sh
Debian-exim:x:64901:64901::/var/spool/exim:/bin/false
opensmtpd:x:64902:64902::/var/lib/opensmtpd/empty:/bin/false
opensmtpq:x:64903:64903::/var/lib/opensmtpd/empty:/bin/false
smmta:x:64904:64904::/var/spool:/bin/false
PASSWD
sed 's/^\([^:]*\):x:[0-9]*:\([0-9]*\):.*/\1:x:\2:/' "$root/etc/passwd" > "$root/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files\n' > "$root/etc/nsswitch.conf"
echo '127.0.0.1 localhost mx.test' > "$root/etc/hosts"
echo mx.test > "$root/etc/mailname"
cf=$root/usr/share/sendmail/cf
[[ ! -e $cf ]] || LD_LIBRARY_PATH=$libraries "$root/usr/bin/m4" -I "$cf" "$cf/m4/cf.m4" "$here/sendmail.mc" > "$root/etc/sendmail.cf"
[[ -e $root/dev/null ]] || mknod -m 666 "$root/dev/null" c 1 3 || true
[[ -e $root/dev/urandom ]] || mknod -m 666 "$root/dev/urandom" c 1 9 || true
touch "$directory/complete"
