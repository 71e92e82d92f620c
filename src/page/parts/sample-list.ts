import type { SAMPLE_COUNT } from "./sample-people.ts";

/** People to try it on: nobody's addresses (RFC 2606), with names that careless programs break. */
export const SAMPLES = [
  ["wang", "王伟", "beijing", "北京", "pro"],
  ["li", "李秀英", "beijing", "北京", "free"],
  ["zhang", "张敏", "beijing", "北京", "free"],
  ["liu", "刘洋", "beijing", "北京", "pro"],
  ["chen", "陈静", "shanghai", "上海", "free"],
  ["yang", "杨磊", "shanghai", "上海", "pro"],
  ["zhao", "赵丽", "shanghai", "上海", "free"],
  ["huang", "黄勇", "chengdu", "成都", "free"],
  ["zhou", "周杰", "chengdu", "成都", "pro"],
  ["mueller", "Zoë Müller", "berlin", "Berlin", "pro"],
  ["obrien", "Siobhán O'Brien", "berlin", "Berlin", "free"],
  ["weiss", "Weiß, Peter", "berlin", "Berlin", "free"],
] as const satisfies { readonly length: typeof SAMPLE_COUNT };
