// A page as the server prints it, as far as the scripts look at it.

const WORDS = {
  minute: "%(n)s 分钟", hour: "%(n)s 小时", day: "%(n)s 天",
  left: "还剩 %(span)s", over: "已超 %(span)s", leftBrief: "还剩不到 1 分钟", overBrief: "刚刚超时",
  undo: "撤销", close: "关闭", cancel: "取消", confirm: "确定", working: "正在处理……", stillWorking: "还在处理，可以先做别的。",
  offline: "没有网络。", draftFound: "这里是 %(when)s 填写、尚未提交的内容。", draftDrop: "不要，重新填写",
  chosen: "已选 %(n)s 项", answered: "已查 %(n)s / %(of)s 项",
  photoNotImage: "%(name)s 不是照片，没有加入。", photoTooBig: "%(name)s 超过 %(limit)s 兆字节，没有加入。",
};

export function page(body: string, metas = ""): void {
  document.head.innerHTML = `<meta name="person" content="zhou">${metas}`;
  document.body.innerHTML =
    `${body}<div data-progress hidden></div><div data-progress-words hidden></div><div data-toasts></div>
     <script type="application/json" id="script-words">${JSON.stringify(WORDS)}</script>`;
}

/** Lets observers and promises run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
